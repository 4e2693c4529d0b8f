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
        var overrides = new Option<string[]>("--set")
        {
            Description = "Override a key of the file, such as schedule.learning_rate=0.02; may be given again.",
        };
        var initFrom = new Option<string?>("--init-from")
        {
            Description = "Begin with the weights of a Hugging Face MiniCPM folder (safetensors; no optimizer state), and "
                + "with the run's own warmup.",
        };
        var check = new Option<bool>("--check")
        {
            Description = "Check configuration, data and world, print what would run and the memory of a rank, and end; "
                + "nothing is trained or written.",
        };
        var command = new Command("train", """
            Trains a new run. Under mpirun, Slurm or another MPI launcher every rank runs this same command.

            SIGUSR1 saves a checkpoint; SIGTERM, or SIGUSR2, saves one and ends with exit code 75, and `minicpm resume`
            goes on. What rank 0 gets counts. Open MPI's own mpirun kills ranks one second after its SIGTERM: use
            launch/mpirun, send SIGUSR2 to mpirun, or give it --mca odls_base_sigkill_timeout 60.

            Example:
              mpirun -n 2 minicpm train launch/recipes/quickstart.yaml --name first
              minicpm train run.yaml --check --set schedule.learning_rate=0.02 --set "schedule.decay=10%"
            """) { file, runs, name, seed, overrides, initFrom, check };
        var attempt = new AttemptArguments();
        attempt.AddTo(command);
        command.SetAction(line =>
        {
            var faults = new FaultCollector();
            var (limit, profile) = attempt.Read(line, faults);
            RankWorld.Join();
            var (options, folder) = Configure(
                line.GetValue(file)!, line.GetValue(runs)!, line.GetValue(name), line.GetValue(seed),
                line.GetValue(initFrom), line.GetValue(overrides) ?? [], faults);
            return line.GetValue(check)
                ? TrainingHost.Check(options, folder, faults, profile)
                : TrainingHost.Train(options, folder, faults, limit, profile);
        });
        return command;
    }

    private static (RunOptions Options, string Folder) Configure(
        string path, string runs, string? name, ulong? seed, string? initFrom, string[] overrides,
        FaultCollector faults)
    {
        if (name is not null)
            faults.Require(RunName.IsValid(name), "--name", RunName.Expectation, $"`{name}`", "for example --name first-run");
        faults.Require(
            !File.Exists(runs), "--runs", "a folder, which is made where it is missing", $"the file {runs}", "name another");
        var options = Read(path, overrides, faults);
        if (options is null)
            faults.ThrowIfAny();
        // The run folder must mean the same data from wherever it is resumed.
        var data = options!.Data with
        {
            Sources =
            [
                .. options.Data.Sources.Select(source => source with
                {
                    Path = Path.GetFullPath(source.Path),
                    HeldOut = Path.GetFullPath(source.HeldOut),
                }),
            ],
        };
        options = options with
        {
            Name = name ?? options.Name,
            Seed = seed ?? options.Seed,
            Data = data,
            InitFrom = (initFrom ?? options.InitFrom) is { } source ? Path.GetFullPath(source) : null,
        };
        return (options, Path.Combine(runs, options.Name));
    }

    private static RunOptions? Read(string path, string[] overrides, FaultCollector faults)
    {
        if (File.Exists(path))
            return RunFile.Read(File.ReadAllText(path), path, faults, overrides);
        faults.Add(
            path, "a run configuration", Directory.Exists(path) ? "a folder" : "no such file",
            "see launch/recipes for examples");
        return null;
    }
}
