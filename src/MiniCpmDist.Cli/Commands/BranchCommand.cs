using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Lineage;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm branch</c>: a run that goes on from a trunk's checkpoint and decays.</summary>
internal static class BranchCommand
{
    public static Command Create()
    {
        var trunk = new Argument<string>("trunk") { Description = "Run folder to branch from; it is not changed." };
        var at = CheckpointOption.Create("to branch from");
        var decay = new Option<string?>("--decay")
        {
            Description = "Length of the decay: tokens, steps, or percent of the branch's total. Needed without "
                + "--upcycle and --extend.",
        };
        var upcycle = new Option<string?>("--upcycle")
        {
            Description = "Give the branch experts, each of which begins as the trunk's feed-forward part: "
                + $"{UpcycleOptions.Expectation}. Without --decay the branch goes on with the trunk's schedule.",
        };
        var stable = new Option<string?>("--stable")
        {
            Description = "Go on at the full learning rate for so many tokens or steps before the decay; then the "
                + "checkpoint may be a decayed one (WSD-S).",
        };
        var name = new Option<string>("--name")
        {
            Description = "Name of the new run; its folder lies beside the trunk's.",
            Required = true,
        };
        var mixture = new Option<string?>("--mixture")
        {
            Description = "YAML file with the shares of the sources in the decay, such as `docs: 0.7`; new sources "
                + "come as `name: { path: FOLDER, share: 0.3 }`.",
        };
        var extend = new ExtendArguments();
        var launch = new LaunchArguments("branch");
        var command = new Command("branch", """
            Makes a decay branch: a run whose parent is an exact checkpoint of the trunk, whose data order goes on from
            there, and whose learning rate decays. Its schedule is the one that the trunk followed at the checkpoint,
            changed by commands or not. The trunk can go on meanwhile. Everything that a start of the branch checks is
            checked before anything is made. Train the branch with `minicpm resume`.

            Example:
              minicpm branch runs/first --at step:400 --decay "80 steps" --name first-decay
              minicpm branch runs/first-decay --stable "400 steps" --decay 10% --name second-decay
              minicpm branch runs/first --at tokens:800K --decay 10% --mixture decay.yaml --name mixed --launch
              minicpm branch runs/first --at latest --upcycle experts=8,top_k=2 --name moe
              minicpm branch runs/first --extend 32768 --rope abf:1e6 --data long --name long --stable 2M --decay 1M
            """) { trunk, at, stable, decay, upcycle, mixture, name };
        extend.AddTo(command);
        launch.AddTo(command);
        command.SetAction(line =>
        {
            var problems = new ProblemCollector();
            var start = launch.Read(line, problems);
            var longer = extend.Read(line, line.GetValue(mixture), problems);
            Run(
                line.GetValue(trunk)!, line.GetValue(at)!, line.GetValue(decay), line.GetValue(stable),
                line.GetValue(upcycle), line.GetValue(mixture), line.GetValue(name)!, start, problems, longer,
                extend.Source(line));
        });
        return command;
    }

    private static void Run(
        string trunk, string at, string? decay, string? stable, string? upcycle, string? mixture, string name,
        LaunchedStart? start, ProblemCollector problems, ExtendOptions? extend, IReadOnlyList<SourceOptions>? data)
    {
        problems.Require(
            RunName.IsValid(name), "--name", RunName.Expectation, $"`{name}`", "for example --name first-decay");
        var length = decay is null ? null : problems.Try(() => (Extent?)Extent.Parse(decay));
        var experts = upcycle is null ? null : problems.Try(() => UpcycleOptions.Parse(upcycle));
        problems.Require(
            decay is not null || ((upcycle ?? (object?)extend) is not null && stable is null), "--decay",
            "the length of the branch's decay", "nothing",
            "for example --decay 10%; only a branch with --upcycle or --extend and without --stable can go on as its "
            + "trunk does");
        var before = stable is null ? null : problems.Try(() => (Extent?)Extent.Parse(stable));
        problems.Require(
            mixture is null || File.Exists(mixture), "--mixture", "a YAML file of shares",
            $"`{mixture}`, which is not there", "for example --mixture decay.yaml");
        problems.ThrowIfAny();
        var runs = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(trunk)) ?? "";
        var (folder, options) = RunFolder.Open(trunk);
        var (checkpoint, passedOver) =
            CheckpointChoice.FindCollective(new LoopbackCommunicator(), folder, options.Name, at);
        PassedOverText.Tell(passedOver, checkpoint.Step);
        var step = checkpoint.Step;
        if (start is { PrintOnly: true })
        {
            var place = new BranchPlace(Path.GetFullPath(trunk), step, Path.GetFullPath(Path.Combine(runs, name)));
            Console.Write(start.Launcher.Print(place, start.Ranks));
            return;
        }
        var branch = DecayBranch.Create(
            trunk, step, length, Path.Combine(runs, name), before,
            Sources(mixture, data, extend),
            (options, parent) => BranchChecks.Require(options, parent, start?.Ranks), experts, extend);
        Console.WriteLine(start is null
            ? $"made {branch.Path}; train it with `minicpm resume {branch.Path}`"
            : $"made {branch.Path}; {start.Launcher.Launch(branch.Path, start.Ranks)}");
        if (extend is null)
            return;
        var (_, made) = RunFolder.Open(branch.Path);
        var old = options.Data.SequenceLength;
        ExtendArguments.Lines(BranchChecks.Reach(made, old), old).ToList().ForEach(Console.WriteLine);
    }

    private static Func<IReadOnlyList<SourceOptions>, IReadOnlyList<SourceOptions>>? Sources(
        string? mixture, IReadOnlyList<SourceOptions>? data, ExtendOptions? extend) => (mixture, data) switch
        {
            (_, not null) => _ => data,
            (null, _) => null,
            _ when extend is not null => sources => MixtureFile.ForLongerSequences(Mixed(mixture, sources)),
            _ => sources => Mixed(mixture, sources),
        };

    /// <summary>
    /// Paths in the file are relative to the working folder; those of a run must hold from wherever it is resumed.
    /// </summary>
    private static IReadOnlyList<SourceOptions> Mixed(string file, IReadOnlyList<SourceOptions> sources) =>
    [
        .. MixtureFile.Read(InputFile.ReadText(file), file, sources).Select(source => source with
        {
            Path = Path.GetFullPath(source.Path),
            HeldOut = Path.GetFullPath(source.HeldOut),
        }),
    ];
}
