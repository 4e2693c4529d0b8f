using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm resume</c>: goes on where a run's newest checkpoint is.</summary>
internal static class ResumeCommand
{
    /// <summary>Name of the command's argument.</summary>
    public const string Folder = "run-folder";

    public static Command Create()
    {
        var folder = new Argument<string>(Folder) { Description = "Folder of the run." };
        var command = new Command("resume", $"""
            Continues a run from its newest checkpoint, bit for bit, on any world size that fits its lanes. A branch
            that has not started yet begins at its parent's checkpoint.

            run.yaml may be edited between two attempts. What has changed is printed and journaled.

            {RunKeyText.Table()}

            Example:
              mpirun -n 2 minicpm resume runs/first
              minicpm resume runs/first --take-over
            """) { folder };
        var takeOver = new Option<bool>("--take-over")
        {
            Description = "Take the run from another process that hangs and cannot be ended. That process ends "
                + "without writing anything more when it wakes up.",
        };
        command.Add(takeOver);
        var attempt = new AttemptArguments();
        attempt.AddTo(command);
        command.SetAction(line =>
        {
            var problems = new ProblemCollector();
            var (limit, profile) = attempt.Read(line, problems);
            return TrainingHost.Resume(line.GetValue(folder)!, problems, limit, profile, line.GetValue(takeOver));
        });
        return command;
    }
}
