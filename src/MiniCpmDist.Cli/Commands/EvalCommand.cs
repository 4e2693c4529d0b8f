using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Engine.Inference;
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
            sequences.

            Example:
              minicpm eval runs/first runs/first-decay
            """) { folders, sequences.Within(1), json };
        command.SetAction(line =>
        {
            var communicator = RankWorld.Join();
            ComputeThreads.Set(1);
            foreach (var folder in line.GetValue(folders)!)
            {
                using var model = TrainedModel.Load(folder);
                var (losses, count) = model.HeldOutLossesCollective(communicator, line.GetValue(sequences));
                if (communicator.Rank != 0)
                    continue;
                var mean = HeldOutEvaluation.Mean(losses);
                if (line.GetValue(json))
                {
                    Console.WriteLine(JsonLine.Of(new
                    { Run = model.Folder.Name, model.Step, HeldOutLoss = mean, Sequences = count, Sources = losses }));
                    continue;
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
        });
        return command;
    }
}
