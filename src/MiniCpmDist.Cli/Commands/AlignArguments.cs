using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Lineage;

namespace MiniCpmDist.Cli.Commands;

/// <summary>What <c>sft</c> and <c>dpo</c> have in common.</summary>
internal sealed class AlignArguments
{
    private readonly Argument<string> _parent = new("parent")
    {
        Description = "Run whose checkpoint is aligned, or folder of a Hugging Face MiniCPM model.",
    };

    private readonly Option<string[]> _data = new("--data")
    {
        Description = "Samples: *.parquet, and *.json (an array), *.jsonl, also with .gz or .zst; may be given again.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _name = new("--name")
    {
        Description = "Name of the new run; its folder lies beside the parent's.",
        Required = true,
    };

    private readonly Option<string> _runs = new("--runs")
    {
        Description = "Folder that holds the run folders, where the parent is a model's folder.",
        DefaultValueFactory = _ => "runs",
    };

    private readonly Option<string?> _template = TemplateChoice.Option(
        "How a conversation is written (default: as the parent's, or minicpm-2b)");

    private readonly Option<double> _epochs = new Option<double>("--epochs")
    {
        Description = "How often the data are read.",
        DefaultValueFactory = _ => 1,
    }.Within(0.01, 1000);

    private readonly Option<double> _heldOut = new Option<double>("--held-out")
    {
        Description = "Share of the samples that is kept from training; 0 for none.",
        DefaultValueFactory = _ => 0.05,
    }.Within(0, 0.5);

    private readonly Option<int?> _length = new Option<int?>("--sequence-length")
    {
        Description = "Tokens in a sequence, into which whole samples are packed (default: the parent's).",
    }.Within(1, 1 << 20);

    private readonly Option<int?> _lora = new Option<int?>("--lora")
    {
        Description = "Train low-rank adapters of this rank in place of the weights.",
    }.Within(1, LoraOptions.LargestRank);

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Another value for a key of the run, such as schedule.learning_rate=1e-4; may be given again.",
    };

    private readonly Option<string> _at = CheckpointOption.Create("to begin with");

    private readonly LaunchArguments _launch = new("run");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[
            _data, _name, _at, _template, _epochs, _heldOut, _length, _lora, _set, _runs
        ])
            command.Options.Add(option);
        command.Arguments.Add(_parent);
        _launch.AddTo(command);
    }

    /// <summary>Makes the run and says what it is made of.</summary>
    public void Run(ParseResult line, AlignmentOptions alignment, bool sharesPrompts = true)
    {
        var (parent, name) = (line.GetValue(_parent)!, line.GetValue(_name)!);
        var problems = new ProblemCollector();
        problems.Require(
            RunName.IsValid(name), "--name", RunName.Expectation, $"`{name}`", "for example --name first-sft");
        foreach (var file in line.GetValue(_data)!)
        {
            problems.Require(
                File.Exists(file), "--data", "a file of samples",
                $"`{file}`, which is {(Directory.Exists(file) ? "a folder" : "not there")}",
                "for example --data chat.jsonl");
        }
        var start = _launch.Read(line, problems);
        var begun = problems.Try(() => Open(parent, line.GetValue(_at)!));
        var template = problems.Try(() => TemplateChoice.Read(line.GetValue(_template)) ?? TemplateChoice.Of(begun));
        var own = begun?.ParentOptions.Data.SequenceLength;
        problems.Require(
            begun is null || !begun.ParentOptions.Model.Shape.RopeScaling.DependsOnLength
            || (line.GetValue(_length) ?? own) == own,
            "--sequence-length", $"the parent's {own}, because its rotary positions depend on the length",
            $"{line.GetValue(_length)}", "leave it out");
        problems.Require(
            start?.Launcher is not KubernetesLauncher || begun is null or { Parent: not null }, "--launch=kubernetes",
            "a run as the parent, whose folder the job mounts", $"a model's folder, {parent}",
            "make the run without --launch, and start it as a job of its own");
        problems.ThrowIfAny();
        var runs = begun!.Parent is null
            ? line.GetValue(_runs)!
            : Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(parent)) ?? "";
        var weights = begun.Checkpoint?.Path ?? parent;
        var path = Path.Combine(runs, name);
        if (start is { PrintOnly: true })
        {
            var place = new BranchPlace(
                Path.GetFullPath(parent), begun.Checkpoint?.Step ?? 0, Path.GetFullPath(path));
            Console.Write(start.Launcher.Print(place, start.Ranks));
            return;
        }
        if (line.GetValue(_lora) is { } rank)
        {
            alignment = alignment with
            {
                Lora = new LoraOptions(
                    rank, LoraOptions.AlphaOfRank * rank, AdapterList.Possible(begun.ParentOptions.Model.Shape)),
            };
        }
        var data = new ChatDataOptions(
            line.GetValue(_data)!, Path.Combine(weights, DataBuild.TokenizerName), template!,
            line.GetValue(_length) ?? begun.ParentOptions.Data.SequenceLength)
        {
            IsPreferences = alignment.Method == AlignmentMethod.Dpo,
            Name = alignment.Method == AlignmentMethod.Dpo ? "preferences" : "chat",
            HeldOutFraction = line.GetValue(_heldOut),
            SharesPrompts = sharesPrompts,
        };
        var (folder, options, report) = begun.Create(
            path, alignment, data, line.GetValue(_epochs), line.GetValue(_set) ?? [],
            made => Check(made, begun.Checkpoint, weights, data.TokenizerPath, start?.Ranks));
        ChatDataText.Lines(report, data).ToList().ForEach(Console.WriteLine);
        Console.WriteLine(
            $"made {folder.Path}: {TrainingPlan.StepsOf(options)} steps of "
            + $"{ProgressText.Tokens(options.Schedule.TokenBatch)} tokens from a learning rate of "
            + string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{options.Schedule.LearningRate:G4}")
            + (start is null
                ? $"; train it with `minicpm resume {folder.Path}`"
                : $"; {start.Launcher.Launch(folder.Path, start.Ranks)}"));
    }

    private static AlignedRun Open(string parent, string at)
    {
        if (File.Exists(new RunFolder(parent).ConfigurationPath) || !File.Exists(Path.Combine(parent, "config.json")))
        {
            var (folder, options) = RunFolder.Open(parent);
            var (checkpoint, passedOver) =
                CheckpointChoice.FindCollective(new LoopbackCommunicator(), folder, options.Name, at);
            PassedOverText.Tell(passedOver, checkpoint.Step);
            return AlignedRun.Of(folder, options, checkpoint);
        }
        CheckpointChoice.RequireNone(parent, at);
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parent));
        var run = new RunFolder(Path.GetDirectoryName(Path.GetDirectoryName(path)) ?? "");
        if (File.Exists(run.ConfigurationPath) && CheckpointFolder.TryOpen(path) is { } saved)
        {
            throw new ConfigurationException([new Problem(
                parent, "a run, or the folder of a Hugging Face model", $"a checkpoint of {run.Path}",
                $"name the run, and the checkpoint with --at step:{saved.Step}")]);
        }
        return new AlignedRun(null, null, PretrainedRun.Options(parent), 0);
    }

    private static void Check(
        RunOptions options, CheckpointFolder? parent, string weights, string tokenizer, int? ranks)
    {
        // A checkpoint is a model's folder, too; this also finds weights that are not finite.
        PretrainedWeights.Open(weights, options.Model.Shape, SyncedFile.HashOf(tokenizer));
        if (parent is not null)
            BranchChecks.Require(options, parent, ranks);
        else
            TrainingPlan.Make(options, ranks ?? options.Parallel.WorldSizes[0], new ProblemCollector());
    }
}
