using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Planning;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm plan</c>: what a run needs, before anybody has the machines or the data for it.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("run.yaml") { Description = "Configuration of the run." };
        var overrides = new Option<string[]>("--set")
        {
            Description = "Override a key of the file, such as parallel.micro_batch=4; may be given again.",
        };
        var json = JsonLine.Option();
        var command = new Command("plan", """
            Says what a run needs: operations, memory of a rank by kind, and days at a given speed. Where memory is too
            small it says what to change and what that saves. It reads only the file: the data need not exist.

            parallel.activation_checkpointing changes memory and time, and no bit: `selective` computes the feed-forward
            half of a block again in backward instead of keeping it, `full` keeps only what enters a block.

            With --cluster it computes a step on many devices from the measured speed of one: the bytes of each stage of
            the lane reduction over the links of a host and between hosts, how much of that time overlaps with the
            backward of the last micro-batch, and how much of the devices' speed is left. It also shows the same with a
            library's rings.

            Example:
              minicpm plan launch/recipes/9m.yaml --ranks 4 --memory-per-rank 2GB --peak 60e9 --mfu 0.5
              minicpm plan launch/recipes/minicpm-2.4b.yaml --lengths 4096,32768,131072
              minicpm plan launch/recipes/minicpm-1.2b.yaml --cluster --device-tokens-per-second 12K --network 25GB/s
            """) { file, overrides, json };
        var arguments = new PlanArguments();
        arguments.AddTo(command);
        command.SetAction(line =>
        {
            var problems = new ProblemCollector();
            var options = TrainCommand.ReadFile(
                line.GetValue(file)!, line.GetValue(overrides) ?? [], problems, nameCounts: false);
            if (options is null)
                problems.ThrowIfAny();
            var host = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            var request = arguments.Read(line, options!, host, problems);
            problems.ThrowIfAny();
            var report = PlanReport.Of(options!, request);
            var output = line.InvocationConfiguration.Output;
            foreach (var text in line.GetValue(json) ? [report.Json()] : PlanText.Lines(report))
                output.WriteLine(text);
            return 0;
        });
        return command;
    }
}
