using System.CommandLine;
using System.Text;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Cli.WindTunnel;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm tunnel ablate</c>: what the data of a decay are worth.</summary>
internal static class TunnelAblateCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("ablation-file")
        {
            Description = "YAML file with `trunk`, `decay`, `mixture`, `sft`, and `epochs`.",
        };
        var name = new Option<string>("--name")
        {
            Description = "First part of the runs' names.",
            DefaultValueFactory = _ => "ablate",
        };
        var jobs = new Option<int>("--jobs")
        {
            Description = "Runs of one rank beside each other.",
            DefaultValueFactory = _ => 1,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be trained, and train nothing." };
        var command = new Command("ablate", """
            Two branches leave a trunk: one decays on the trunk's data, the other on a mixture, such as one with
            conversations in it. Each is fine-tuned for two lengths, with several seeds (the design of table 1 of arXiv
            2404.06395). It shows what the mixture does, what the longer fine-tuning does, and how far one changes the
            other, for the loss of answers that were held out and for each task. An effect that is not larger than twice
            its standard error is called none. Called again, it goes on.

            Example:
              minicpm tunnel ablate ablation.yaml --jobs 2
            """) { file, name, jobs, dryRun };
        command.SetAction(line => Run(
            line.GetValue(file)!, line.GetValue(name)!, line.GetValue(jobs), line.GetValue(dryRun)));
        return command;
    }

    private static int Run(string file, string name, int jobs, bool isDry)
    {
        var text = InputFile.ReadText(file);
        var options = AblationFile.Parse(text, file);
        var problems = new ProblemCollector();
        problems.Require(
            RunName.IsValid(name), "--name", RunName.Expectation, $"`{name}`", "for example --name ablate");
        problems.Require(jobs > 0, "--jobs", "a number above zero", $"{jobs}", "for example --jobs 2");
        problems.ThrowIfAny();
        Ablation.Require(options);
        var runs = Ablation.FolderOf(options);
        var kept = Path.Combine(TunnelExperiment.Folder(runs), $"{name}.ablation.yaml");
        if (File.Exists(kept) && InputFile.ReadText(kept) != text)
        {
            throw new ConfigurationException([new Problem(
                file, $"the file that the runs of `{name}` were made by, which is kept in {kept}", "another text",
                "give another --name, or undo the change")]);
        }
        var screen = Screen.FromEnvironment();
        using var workers = new PackedWorkers(jobs, run => TunnelRunner.LogOf(runs, run));
        var ablation = new Ablation(
            options, name, CommandLine.Run,
            new RunPool(workers, run => TunnelRunner.LogOf(runs, run), screen, TimeProvider.System),
            run => TunnelRunner.LogOf(runs, run));
        var count = ablation.Cells().Count() * options.Seeds;
        screen.Line(
            $"2 decays of {options.Decay} from {options.Trunk}, and {count} fine-tunings of {options.Epochs[0]:R} or "
            + $"{options.Epochs[1]:R} epoch(s); how long they are follows from the samples.");
        if (isDry)
            return 0;
        Directory.CreateDirectory(TunnelExperiment.Folder(runs));
        SyncedFile.Write(kept, Encoding.UTF8.GetBytes(text));
        if (ablation.Run() is not 0 and var failed)
            return failed;
        var lines = AblationText.Lines(
            options, name,
            [
                ("loss of answers, nats a token", run => MeasuredRun.Find(runs, run)?.Loss),
                .. options.Tasks.Select(task => (task, (Func<string, double?>)(run =>
                    AblationText.Scores(TunnelRunner.LogOf(runs, AblationText.Asked(run)))
                        .TryGetValue(task, out var score) ? score : null))),
            ]);
        foreach (var shown in lines)
            screen.Line(shown);
        return 0;
    }
}
