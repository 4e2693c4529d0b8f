using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
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
        var folders = new Argument<string[]>("run-folder")
        {
            Description = "Folders of the runs, or of Hugging Face models, plain or quantized.",
            Arity = ArgumentArity.OneOrMore,
        };
        var sequences = new Option<int?>("--sequences")
        {
            Description = "Held-out sequences to read (default: data.evaluate_sequences of the run).",
        };
        var on = new Option<string?>("--on")
        {
            Description = "Read the held-out text of this run, such as a trunk's, or of this data folder (default: that of "
                + "the run).",
        };
        var against = new Option<string?>("--against")
        {
            Description = "Model to compare with, token by token: the one that a quantized folder was made from.",
        };
        var at = CheckpointOption.Create();
        var json = JsonLine.Option();
        var command = new Command("eval", """
            Prints the held-out loss of a checkpoint of each run, in all and by source, always over the same sequences.
            If the newest checkpoint is damaged, the one before is used, with a message. A model whose losses are not
            finite has NaN as its loss (null with --json), and the exit code is 3. A run that cannot be evaluated is
            reported after the others, and the exit code is 2 then.

            Example:
              minicpm eval runs/first runs/first-decay
              minicpm eval runs/first-decay runs/first-sft runs/first-dpo --on runs/first-decay
              minicpm eval first-int4 --on data --against runs/first
            """) { folders, at, sequences.Within(1), on, against, json };
        command.SetAction(line =>
        {
            var communicator = RankWorld.Join();
            ComputeThreads.Set(1);
            var (problems, spoilt) = (new ProblemCollector(), new List<SpoiltModelException>());
            var read = line.GetValue(on);
            var other = read is not null && File.Exists(new RunFolder(read).ConfigurationPath)
                ? RunFolder.Open(read).Options
                : null;
            foreach (var folder in line.GetValue(folders)!)
            {
                var wanted = new Wanted(
                    folder, line.GetValue(at)!, line.GetValue(sequences), other is null ? read : null, other,
                    line.GetValue(against), line.GetValue(json));
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
        });
        return command;
    }

    /// <returns>True, so that a problem differs from it.</returns>
    private static bool Evaluate(Wanted wanted, ICommunicator communicator, List<SpoiltModelException> spoilt)
    {
        using var model = TrainedModel.LoadCollective(wanted.Folder, wanted.At, communicator, wanted.Data);
        PassedOverText.Tell(model.PassedOver, model.Step);
        var (losses, count) = model.HeldOutLossesCollective(communicator, wanted.Sequences, wanted.On);
        if (communicator.Rank == 0)
            Tell(model, losses, count, wanted.IsJson);
        if (model.Spoilt(losses) is { } found)
            spoilt.Add(found);
        else if (wanted.Against is { } other && communicator.Rank == 0)
            Compare(model, other, wanted);
        return true;
    }

    private static void Tell(TrainedModel model, IReadOnlyList<SourceLoss> losses, long count, bool asJson)
    {
        var mean = HeldOutEvaluation.Mean(losses);
        if (asJson)
        {
            Console.WriteLine(JsonLine.Of(new
            { Run = model.Folder.Name, model.Step, HeldOutLoss = mean, Sequences = count, Sources = losses }));
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
        string Folder, string At, int? Sequences, string? Data, RunOptions? On, string? Against, bool IsJson);
}
