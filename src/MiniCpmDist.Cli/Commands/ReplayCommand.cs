using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm replay</c>: trains a run again from its journal and compares.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("run-folder") { Description = "Folder of the run; it is not changed." };
        var name = new Option<string?>("--name")
        {
            Description = "Name of the new run, whose folder lies beside the other's (default: NAME-replay).",
        };
        var command = new Command("replay", """
            Trains a run again from its journal: the configuration of its first attempt, and every command that changed
            its schedule at the step at which it acted, up to the last step that the run has measured. It ends with exit
            code 1 if the loss column differs, and names the first step that differs. The number of ranks may be any
            that the run's lanes allow.

            Example:
              mpirun -n 2 minicpm replay runs/first
            """) { folder, name };
        command.SetAction(line =>
        {
            var path = Path.TrimEndingDirectorySeparator(line.GetValue(folder)!);
            var chosen = line.GetValue(name) ?? Path.GetFileName(Path.GetFullPath(path)) + "-replay";
            if (!RunName.IsValid(chosen))
            {
                throw new ConfigurationException([new Problem(
                    "--name", RunName.Expectation, $"`{chosen}`", "for example --name first-again")]);
            }
            return TrainingHost.Replay(path, chosen);
        });
        return command;
    }
}
