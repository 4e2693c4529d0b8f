using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm train</c>: a new run from a configuration.</summary>
internal static class TrainCommand
{
    private const string RunYaml = "run.yaml";
    private const string Runs = "--runs";
    private const string Name = "--name";
    private const string Seed = "--seed";
    private const string Set = "--set";
    private const string InitFrom = "--init-from";

    public static Command Create()
    {
        var file = new Argument<string>(RunYaml)
        {
            Description = "Configuration of the run; `minicpm keys` explains it.",
        };
        var runs = new Option<string>(Runs)
        {
            Description = "Folder that holds the run folders.",
            DefaultValueFactory = _ => "runs",
        };
        var name = new Option<string?>(Name)
        {
            Description = "Name of the run and its folder (default: `name` in the file, or the file's name).",
        };
        var seed = new Option<ulong?>(Seed)
        {
            Description = "Seed of weights and data order (default: `seed` in the file).",
        };
        var overrides = new Option<string[]>(Set)
        {
            Description = "Override a key of the file, such as schedule.learning_rate=0.02; may be given again.",
        };
        var initFrom = new Option<string?>(InitFrom)
        {
            Description = "Begin with the weights of a Hugging Face MiniCPM folder (safetensors; no optimizer state), "
                + "and with the run's own warmup.",
        };
        var check = new Option<bool>("--check")
        {
            Description = "Check configuration, data and world, print what would run and the memory of a rank, and "
                + "end; nothing is trained or written.",
        };
        var command = new Command("train", """
            Trains a new run. Under mpirun, Slurm or another MPI launcher every rank runs this same command.

            SIGUSR1 saves a checkpoint; Ctrl-C, SIGTERM, SIGHUP or SIGUSR2 saves one and ends with exit code 75, and
            `minicpm resume` goes on. A second Ctrl-C ends at once. Only the signals that rank 0 gets count. Open MPI's
            own mpirun kills ranks one second after its SIGTERM: use launch/mpirun, send SIGUSR2 to mpirun, or give it
            --mca odls_base_sigkill_timeout 60.

            Example:
              mpirun -n 2 minicpm train launch/recipes/quickstart.yaml --name first
              minicpm train run.yaml --check --set schedule.learning_rate=0.02 --set "schedule.decay=10%"
            """) { file, runs, name, seed, overrides, initFrom, check };
        var attempt = new AttemptArguments();
        attempt.AddTo(command);
        command.SetAction(line =>
        {
            var problems = new ProblemCollector();
            var (limit, profile) = attempt.Read(line, problems);
            RankWorld.Join();
            var (options, folder) = Configure(line, problems);
            return line.GetValue(check)
                ? TrainingHost.Check(options, folder, problems, profile)
                : TrainingHost.Train(options, folder, problems, limit, profile);
        });
        return command;
    }

    /// <summary>The run that a command line asks for, and its folder.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read at all; other problems are
    /// collected.</exception>
    public static (RunOptions Options, string Folder) Configure(ParseResult line, ProblemCollector problems)
    {
        var (path, runs) = (line.GetValue<string>(RunYaml)!, line.GetValue<string>(Runs)!);
        var name = line.GetValue<string?>(Name);
        if (name is not null)
        {
            problems.Require(
                RunName.IsValid(name), Name, RunName.Expectation, $"`{name}`", "for example --name first-run");
        }
        problems.Require(
            !File.Exists(runs), Runs, "a folder, which is made where it is missing", $"the file {runs}",
            "name another");
        var options = ReadFile(path, line.GetValue<string[]>(Set) ?? [], problems, nameCounts: name is null);
        if (options is null)
            problems.ThrowIfAny();
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
            Seed = line.GetValue<ulong?>(Seed) ?? options.Seed,
            Data = data,
            InitFrom = (line.GetValue<string?>(InitFrom) ?? options.InitFrom) is { } source
                ? Path.GetFullPath(source)
                : null,
        };
        return (options, Path.Combine(runs, options.Name));
    }

    /// <summary>A run file with what the command line overrides, as far as it can be read.</summary>
    public static RunOptions? ReadFile(
        string path, string[] overrides, ProblemCollector problems, bool nameCounts)
    {
        if (File.Exists(path))
            return RunFile.Read(InputFile.ReadText(path), path, problems, overrides, nameCounts);
        problems.Add(
            path, "a run configuration", Directory.Exists(path) ? "a folder" : "no such file",
            "see launch/recipes for examples");
        return null;
    }
}
