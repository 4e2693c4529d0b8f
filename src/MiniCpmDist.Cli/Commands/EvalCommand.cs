using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Inference;
using MiniCpmDist.Engine.Runs;
using MiniCpmDist.Engine.Steps;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm eval</c>: held-out loss of runs.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("run-folder")
        {
            Description = "Folders of the runs.",
            Arity = ArgumentArity.OneOrMore,
        };
        var sequences = new Option<int?>("--sequences")
        {
            Description = "Held-out sequences to read (default: data.evaluate_sequences of the run).",
        };
        var json = JsonLine.Option();
        var command = new Command("eval", """
            Prints the held-out loss of each run's newest checkpoint, in all and by source, always over the same
            sequences. A run that cannot be evaluated is told after the others, and the exit code is 2 then.

            Example:
              minicpm eval runs/first runs/first-decay
            """) { folders, sequences.Within(1), json };
        command.SetAction(line =>
        {
            var communicator = RankWorld.Join();
            ComputeThreads.Set(1);
            var faults = new FaultCollector();
            foreach (var folder in line.GetValue(folders)!)
            {
                // A rank that sees a fault alone must not leave the others waiting: then the first ends it.
                if (communicator.WorldSize > 1)
                    Evaluate(folder, communicator, line.GetValue(sequences), line.GetValue(json));
                else if (!faults.Try(() => Evaluate(
                    folder, communicator, line.GetValue(sequences), line.GetValue(json))))
                    Console.WriteLine(line.GetValue(json)
                        ? JsonLine.Of(new { Run = new RunFolder(folder).Name, Damaged = true })
                        : $"{new RunFolder(folder).Name}\tNOT EVALUATED");
            }
            faults.ThrowIfAny();
        });
        return command;
    }

    /// <returns>True, so that a fault is told from it.</returns>
    private static bool Evaluate(string folder, ICommunicator communicator, int? sequences, bool isJson)
    {
        using var model = TrainedModel.Load(folder);
        var (losses, count) = model.HeldOutLossesCollective(communicator, sequences);
        if (communicator.Rank != 0)
            return true;
        var mean = HeldOutEvaluation.Mean(losses);
        if (isJson)
        {
            Console.WriteLine(JsonLine.Of(new
            { Run = model.Folder.Name, model.Step, HeldOutLoss = mean, Sequences = count, Sources = losses }));
            return true;
        }
        Console.WriteLine(
            $"{model.Folder.Name}\tstep {model.Step}\theld-out loss {mean:F4} nats/token\t{count} sequences");
        foreach (var loss in losses)
        {
            Console.WriteLine(
                $"    {loss.Source}\t{loss.Loss:F4} nats/token\t{loss.BitsPerByte:F4} bits/byte"
                + $"\t{loss.Tokens} tokens");
        }
        return true;
    }
}
