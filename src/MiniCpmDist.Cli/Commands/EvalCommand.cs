using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Evaluation;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Generation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm eval</c>: held-out loss of runs.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var options = new EvalOptions();
        var command = new Command("eval", """
            Prints the held-out loss of a checkpoint of each run, in all and by source, always over the same sequences.
            With --tasks it asks the model the items of published sets instead, with --text it measures any text, with
            --questions a judge rates the model's answers, with --needle it asks for what stands far back in a text, and
            with --pictures the model is asked about pictures.
            If the newest checkpoint is damaged, the one before is used, with a message. A model whose losses are not
            finite has NaN as its loss (null with --json), and the exit code is 3. A run that cannot be evaluated is
            reported after the others, and the exit code is 2 then.

            Scores of items do not depend on --batch-tokens, on the number of ranks, or on a kill in between: they are
            kept in the run's folder, and a second call computes only what is missing. docs/evaluation.md lists the
            tasks, the files that they expect, and the rules.

            Example:
              minicpm eval runs/first runs/first-decay
              minicpm eval runs/first-decay runs/first-sft runs/first-dpo --on runs/first-decay
              minicpm eval first-int4 --on data --against runs/first
              minicpm eval runs/first runs/first-decay --tasks arc-easy,hellaswag --data evaluation-sets --compare
              minicpm eval runs/first --all-branches --tasks mmlu --flavour harness --json
              minicpm eval runs/first --text README.md --stride 256
              minicpm eval runs/short runs/long --needle passkey --lengths 512,4096,16384 --svg needles.svg
              minicpm eval runs/long --on data/long --by-position
              minicpm eval runs/first-sft runs/first-dpo --questions question.jsonl --judge ./judge.py
              minicpm eval runs/sighted --pictures scenes/held-out.jsonl
            """);
        options.AddTo(command);
        command.SetAction(line =>
        {
            var communicator = RankWorld.Join();
            ComputeThreads.Set(1);
            EvalKinds.RequireOne(line, options);
            var problems = new ProblemCollector();
            var folders = Folders(line, options, problems);
            if (line.GetValue(options.Questions) is { } questions)
                Judge(line, options, questions, folders, communicator, problems);
            else if (line.GetValue(options.Pictures) is { } pictures)
                PictureRuns.Evaluate(
                    folders, line.GetValue(options.At)!, pictures, TemplateChoice.Read(line.GetValue(options.Template)),
                    line.GetValue(options.Blank), line.GetValue(options.Json), communicator, problems);
            else if (line.GetValue(options.Tasks) is { Length: > 0 } tasks)
                AskTasks(line, options, tasks, folders, communicator, problems);
            else if (line.GetValue(options.Text) is { Length: > 0 } texts)
                ReadTexts(line, options, texts, folders, communicator, problems);
            else if (line.GetValue(options.Needle) is { } needle)
                Needles(line, options, needle).AskCollective(folders, communicator, problems);
            else
                MeasureHeldOut(line, options, folders, communicator, problems);
        });
        return command;
    }

    private static string[] Folders(ParseResult line, EvalOptions options, ProblemCollector problems)
    {
        var named = line.GetValue(options.Folders)!;
        if (line.GetValue(options.Compare) && named.Length != 2)
        {
            throw new ConfigurationException([new Problem(
                "--compare", "two runs", $"{named.Length}",
                "name two: minicpm eval FIRST SECOND --tasks ... --compare")]);
        }
        if (line.GetValue(options.Compare) && Path.GetFullPath(named[0]) == Path.GetFullPath(named[1]))
        {
            throw new ConfigurationException([new Problem(
                "--compare", "two runs", $"{named[0]} twice", "name two: the differences of a run with itself are 0")]);
        }
        return line.GetValue(options.AllBranches)
            ? [.. named.SelectMany(trunk => BranchFolders.Of(trunk, problems)).Distinct()]
            : named;
    }

    private static void AskTasks(
        ParseResult line, EvalOptions options, string[] tasks, IReadOnlyList<string> folders,
        ICommunicator communicator, ProblemCollector problems)
    {
        var unusable = new ProblemCollector();
        foreach (var (option, file) in ((string, string?)[])
            [("--details", line.GetValue(options.Details)), ("--metrics-file", line.GetValue(options.MetricsFile))])
        {
            var folder = file is null ? null : Path.GetDirectoryName(Path.GetFullPath(file));
            unusable.Require(
                file is null || (!Directory.Exists(file) && Directory.Exists(folder)), option,
                "a file in a folder that is there", $"`{file}`", $"for example {option} scores.txt");
        }
        unusable.Require(
            line.GetValue(options.Samples) == 1 || line.GetValue(options.Temperature) > 0, "--samples",
            "1 without a temperature, because greedy answers are all the same", $"{line.GetValue(options.Samples)}",
            "add such as --temperature 0.8");
        unusable.ThrowIfAny();
        var request = new TaskRequest
        {
            Selection = new TaskSelection
            {
                Tasks = tasks,
                Folder = line.GetValue(options.Data)!,
                Flavour = line.GetValue(options.Flavour),
                Limit = line.GetValue(options.Limit) ?? int.MaxValue,
                RefusesFaulty = line.GetValue(options.Faulty) == TaskRequest.Refuse,
            },
            MetricsFile = line.GetValue(options.MetricsFile),
            Details = line.GetValue(options.Details),
            MayRunUnprotected = line.GetValue(options.UnprotectedCode),
            Options = new TaskEvaluationOptions
            {
                BatchTokens = line.GetValue(options.BatchTokens),
                Scores = line.GetValue(options.Scores),
                Sampling = new AnswerSampling(
                    line.GetValue(options.Samples),
                    new TokenSampling(line.GetValue(options.Temperature), TopK: 0, line.GetValue(options.TopP)),
                    line.GetValue(options.Seed)),
            },
        };
        var asJson = line.GetValue(options.Json);
        var results = new TaskRuns(request, communicator).EvaluateCollective(
            folders, line.GetValue(options.At)!, problems, result =>
            {
                if (asJson)
                    TaskText.Json(result).ToList().ForEach(Console.WriteLine);
            });
        if (communicator.Rank == 0 && !asJson)
            TaskText.Lines(results, line.GetValue(options.Compare)).ToList().ForEach(Console.WriteLine);
        if (communicator.Rank == 0 && request.MetricsFile is { } path)
            TaskMetricsFile.Write(path, results);
        problems.ThrowIfAny();
    }

    private static void Judge(
        ParseResult line, EvalOptions options, string questions, IReadOnlyList<string> folders,
        ICommunicator communicator, ProblemCollector problems)
    {
        problems.Require(
            communicator.WorldSize == 1, "--questions", "one process", $"{communicator.WorldSize} ranks",
            "start minicpm without mpirun");
        problems.ThrowIfAny();
        var runs = new JudgedRuns(questions, line.GetValue(options.Judge)!, line.GetValue(options.At)!)
        {
            Template = TemplateChoice.Read(line.GetValue(options.Template)),
            Standard = TemplateChoice.Of(""),
            Generation = new GenerationOptions(
                line.GetValue(options.Tokens),
                new TokenSampling(line.GetValue(options.Temperature), TopK: 0, line.GetValue(options.TopP)),
                line.GetValue(options.Seed)),
            Scores = line.GetValue(options.Scores),
        };
        runs.Evaluate(folders, line.GetValue(options.Json), problems);
        problems.ThrowIfAny();
    }

    private static void ReadTexts(
        ParseResult line, EvalOptions options, string[] texts, IReadOnlyList<string> folders,
        ICommunicator communicator, ProblemCollector problems)
    {
        foreach (var folder in folders)
        {
            bool Read()
            {
                TextRuns.EvaluateCollective(
                    folder, line.GetValue(options.At)!, texts, line.GetValue(options.Stride),
                    line.GetValue(options.Json), communicator);
                return true;
            }
            if (communicator.WorldSize > 1)
                Read();
            else
                problems.Try(Read);
        }
        problems.ThrowIfAny();
    }

    private static NeedleRuns Needles(ParseResult line, EvalOptions options, string needle)
    {
        var problems = new ProblemCollector();
        var picture = line.GetValue(options.Picture);
        problems.Require(
            picture is null
            || (!Directory.Exists(picture) && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(picture)))),
            "--svg", "a file in a folder that is there", $"`{picture}`", "for example --svg needles.svg");
        var lengths = line.GetValue(options.Lengths) is { } text
            ? problems.Try(() => RecallArguments.ReadLengths("--lengths", text))
            : [];
        problems.ThrowIfAny();
        return new NeedleRuns(
            new NeedleOptions(
                RecallArguments.ReadKinds("--needle", needle)[0], lengths!,
                NeedleCell.Depths(line.GetValue(options.Depths)), line.GetValue(options.Trials),
                line.GetValue(options.NeedleCount), line.GetValue(options.Seed)),
            line.GetValue(options.At)!, picture, line.GetValue(options.Json));
    }

    private static void MeasureHeldOut(
        ParseResult line, EvalOptions options, IReadOnlyList<string> folders, ICommunicator communicator,
        ProblemCollector problems)
    {
        var spoilt = new List<SpoiltModelException>();
        var read = line.GetValue(options.On);
        var other = read is not null && File.Exists(new RunFolder(read).ConfigurationPath)
            ? RunFolder.Open(read).Options
            : null;
        foreach (var folder in folders)
        {
            var text = read is null && line.GetValue(options.AllBranches) ? AncestorText.Of(folder) : other;
            var wanted = new Wanted(
                folder, line.GetValue(options.At)!, line.GetValue(options.Sequences), other is null ? read : null,
                text, line.GetValue(options.Against), line.GetValue(options.Json), line.GetValue(options.ByPosition));
            // A rank that alone sees a problem must not leave the others waiting: in a world the first problem ends
            // the command.
            if (communicator.WorldSize > 1)
                Evaluate(wanted, communicator, spoilt);
            else if (!problems.Try(() => Evaluate(wanted, communicator, spoilt)))
                Console.WriteLine(wanted.IsJson
                    ? JsonLine.Of(new { Run = new RunFolder(folder).Name, Damaged = true })
                    : $"{new RunFolder(folder).Name}\tNOT EVALUATED");
        }
        // Problems come after all runs, because the losses of the others are valid.
        problems.ThrowIfAny();
        if (spoilt.Count > 0)
            throw spoilt[0];
    }

    /// <returns>True, so that a problem differs from it.</returns>
    private static bool Evaluate(Wanted wanted, ICommunicator communicator, List<SpoiltModelException> spoilt)
    {
        using var model = TrainedModel.LoadCollective(wanted.Folder, wanted.At, communicator, wanted.Data);
        PassedOverText.Tell(model.PassedOver, model.Step);
        var (losses, count) = model.HeldOutLossesCollective(communicator, wanted.Sequences, wanted.On);
        var positions = wanted.ByPosition && model.Spoilt(losses) is null
            ? model.PositionLossesCollective(communicator, wanted.Sequences, wanted.On)
            : [];
        if (communicator.Rank == 0)
            Tell(model, losses, count, positions, wanted.IsJson);
        if (model.Spoilt(losses) is { } found)
            spoilt.Add(found);
        else if (wanted.Against is { } other && communicator.Rank == 0)
            Compare(model, other, wanted);
        return true;
    }

    private static void Tell(
        TrainedModel model, IReadOnlyList<SourceLoss> losses, long count, IReadOnlyList<PositionLoss> positions,
        bool asJson)
    {
        var mean = HeldOutEvaluation.Mean(losses);
        if (asJson)
        {
            Console.WriteLine(JsonLine.Of(new
            {
                Run = model.Folder.Name,
                model.Step,
                HeldOutLoss = mean,
                Sequences = count,
                Sources = losses,
                ByPosition = positions.Count == 0 ? null : positions,
            }));
            return;
        }
        Console.WriteLine(
            $"{model.Folder.Name}\tstep {model.Step}\theld-out loss {mean:F4} nats/token\t{count} sequences");
        foreach (var loss in losses)
        {
            Console.WriteLine(
                $"    {loss.Source}\t{loss.Loss:F4} nats/token\t{loss.BitsPerByte:F4} bits/byte"
                + $"\t{loss.Tokens} tokens");
        }
        TextRuns.Positions(positions).ToList().ForEach(Console.WriteLine);
    }

    private static void Compare(TrainedModel model, string other, Wanted wanted)
    {
        using var reference = TrainedModel.LoadCollective(other, wanted.At, new LoopbackCommunicator(), wanted.Data);
        var report = model.CompareWith(reference, wanted.Sequences);
        if (wanted.IsJson)
        {
            Console.WriteLine(JsonLine.Of(new { Run = model.Folder.Name, Against = other, Comparison = report }));
            return;
        }
        Console.WriteLine(
            $"    against {other}: loss {report.Loss - report.ReferenceLoss:+0.00000;-0.00000} +- {report.Error:F5} "
            + $"nats/token, perplexity {Math.Exp(report.Loss):F4} beside {Math.Exp(report.ReferenceLoss):F4}");
        Console.WriteLine(
            $"    divergence {report.Divergence:F6} nats, the same likeliest token {report.SameTop:P2} "
            + $"of {report.Tokens}");
    }

    private sealed record Wanted(
        string Folder, string At, int? Sequences, string? Data, RunOptions? On, string? Against, bool IsJson,
        bool ByPosition);
}
