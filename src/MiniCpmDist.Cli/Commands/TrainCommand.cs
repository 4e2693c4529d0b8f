using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm train</c>: a new run from a configuration.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("run.yaml") { Description = "Configuration of the run." };
        var runs = new Option<string>("--runs")
        {
            Description = "Folder that holds the run folders.",
            DefaultValueFactory = _ => "runs",
        };
        var name = new Option<string?>("--name")
        {
            Description = "Name of the run and its folder (default: `name` in the file, or the file's name).",
        };
        var command = new Command("train", """
            Trains a new run. Under mpirun, Slurm or another MPI launcher every rank runs this same command.

            Example:
              mpirun -n 2 minicpm train launch/recipes/quickstart.yaml --name first
            """) { file, runs, name };
        command.SetAction(line =>
        {
            RankWorld.Join();
            var options = Read(line.GetValue(file)!);
            if (line.GetValue(name) is { } given)
                options = options with { Name = given };
            return TrainingHost.Train(options, Path.Combine(line.GetValue(runs)!, options.Name));
        });
        return command;
    }

    private static RunOptions Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new ConfigurationException([new Fault(
                path, "a run configuration", "no such file", "see launch/recipes for examples")]);
        }
        var options = RunFile.Parse(File.ReadAllText(path), path);
        // The run folder must mean the same data from wherever it is resumed.
        var data = options.Data with
        {
            Train = Path.GetFullPath(options.Data.Train),
            HeldOut = Path.GetFullPath(options.Data.HeldOut),
        };
        return options with { Data = data };
    }
}
