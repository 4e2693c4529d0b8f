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
        var seed = new Option<ulong?>("--seed") { Description = "Seed of weights and data order (default: `seed` in the file)." };
        var command = new Command("train", """
            Trains a new run. Under mpirun, Slurm or another MPI launcher every rank runs this same command.

            Example:
              mpirun -n 2 minicpm train launch/recipes/quickstart.yaml --name first
            """) { file, runs, name, seed };
        command.SetAction(line => Train(line.GetValue(file)!, line.GetValue(runs)!, line.GetValue(name), line.GetValue(seed)));
        return command;
    }

    private static int Train(string path, string runs, string? name, ulong? seed)
    {
        RankWorld.Join();
        var faults = new FaultCollector();
        if (name is not null)
            faults.Require(RunName.IsValid(name), "--name", RunName.Expectation, $"`{name}`", "for example --name first-run");
        faults.Require(
            !File.Exists(runs), "--runs", "a folder, which is made where it is missing", $"the file {runs}", "name another");
        var options = Read(path, faults);
        if (options is null)
            faults.ThrowIfAny();
        // The run folder must mean the same data from wherever it is resumed.
        var data = options!.Data with
        {
            Train = Path.GetFullPath(options.Data.Train),
            HeldOut = Path.GetFullPath(options.Data.HeldOut),
        };
        options = options with { Name = name ?? options.Name, Seed = seed ?? options.Seed, Data = data };
        return TrainingHost.Train(options, Path.Combine(runs, options.Name), faults);
    }

    private static RunOptions? Read(string path, FaultCollector faults)
    {
        if (File.Exists(path))
            return RunFile.Read(File.ReadAllText(path), path, faults);
        faults.Add(
            path, "a run configuration", Directory.Exists(path) ? "a folder" : "no such file",
            "see launch/recipes for examples");
        return null;
    }
}
