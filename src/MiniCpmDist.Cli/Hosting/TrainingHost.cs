using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Replay;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// What <c>train</c>, <c>resume</c> and <c>replay</c> make of a configuration or a folder: attempts, which
/// <see cref="AttemptHost"/> hosts.
/// </summary>
internal static class TrainingHost
{
    /// <summary>Trains a new run.</summary>
    /// <param name="options">Its configuration, as far as it could be read.</param>
    /// <param name="folderPath">Where its folder is to be.</param>
    /// <param name="problems">Problems of the configuration; all others are reported with them.</param>
    /// <param name="limit">Wall time of this attempt.</param>
    /// <param name="profile">Steps to trace.</param>
    public static int Train(
        RunOptions options, string folderPath, ProblemCollector problems, TimeLimit? limit, StepRange? profile)
    {
        var weights = RequireStart(options, folderPath, problems);
        return AttemptHost.Run(new HostedAttempt(options, new RunFolder(folderPath), problems)
        {
            Weights = weights,
            Limit = limit,
            Profile = profile,
            CreateFolder = () => RunFolder.Create(folderPath, options),
        });
    }

    /// <summary>Checks a new run as training would and says what it would do; nothing is trained or written.</summary>
    public static int Check(RunOptions options, string folderPath, ProblemCollector problems, StepRange? profile)
    {
        var communicator = RankWorld.Join();
        var weights = RequireStart(options, folderPath, problems);
        RankDevice.Require(options, problems);
        RunCoordinator.Check(options.Coordinator, problems);
        var plan = TrainingPlan.Make(options, communicator.WorldSize, problems);
        AttemptArguments.RequireSteps(profile, 0, plan.Steps);
        foreach (var line in communicator.Rank == 0 ? CheckText.Lines(plan, weights) : [])
            Console.WriteLine(line);
        return 0;
    }

    /// <summary>Continues a run from its newest checkpoint, or starts a branch from its parent's.</summary>
    public static int Resume(
        string folderPath, ProblemCollector problems, TimeLimit? limit, StepRange? profile, bool takeOver)
    {
        RankWorld.Join();
        var (folder, options) = RunFolder.Open(folderPath);
        return AttemptHost.Run(
            new HostedAttempt(options, folder, problems) { Limit = limit, Profile = profile, TakeOver = takeOver });
    }

    /// <summary>Trains a run again from its journal, in a folder beside it, and compares the losses.</summary>
    /// <returns>0 where they are the same to the last bit, 1 otherwise.</returns>
    public static int Replay(string folderPath, string name)
    {
        var communicator = RankWorld.Join();
        var original = RunFolder.Open(folderPath).Folder;
        var replay = RunReplay.Of(original, name);
        var again = new RunFolder(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folderPath))!, name));
        var refusals = new List<string>();
        foreach (var (segment, i) in replay.Segments.Select((segment, i) => (segment, i)))
        {
            var problems = new ProblemCollector();
            var weights = i == 0 ? RequireStart(segment.Options, again.Path, problems) : null;
            var control = segment.NewControl();
            AttemptHost.Run(new HostedAttempt(segment.Options, again, problems)
            {
                Weights = weights,
                CreateFolder = () =>
                {
                    if (i == 0)
                        RunFolder.Create(again.Path, segment.Options);
                    else
                        File.WriteAllText(again.ConfigurationPath, RunFile.Write(segment.Options));
                    segment.PassOver(again);
                },
                Control = control,
            });
            refusals.AddRange(control.Refusals);
        }
        if (communicator.Rank != 0)
            return 0;
        foreach (var refusal in refusals)
            Console.WriteLine($"a command that {original.Path} accepted was refused: {refusal}");
        var difference = LossColumn.Read(original).FirstDifference(LossColumn.Read(again), replay.LastStep);
        Console.WriteLine(difference is null
            ? $"{again.Path}: all losses up to step {replay.LastStep} are those of {original.Path}, to the last bit"
            : $"{again.Path}: the first loss that is not that of {original.Path}: {difference}");
        return difference is null && refusals.Count == 0 ? 0 : 1;
    }

    /// <summary>Checks that a new run has a free folder, and the weights that it names.</summary>
    private static PretrainedWeights? RequireStart(RunOptions options, string folderPath, ProblemCollector problems)
    {
        // Only rank 0 looks: a slower rank could already see the folder that rank 0 has made.
        if (RankWorld.Join().Rank == 0)
            RunFolder.RequireFree(problems, folderPath);
        return problems.Try(() => HostedAttempt.OpenWeights(options));
    }
}
