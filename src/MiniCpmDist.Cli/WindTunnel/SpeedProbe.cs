using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// Measures how fast sizes train on this machine, with a few steps of each in a folder that is removed again. As many
/// are trained beside each other as the experiment will train.
/// </summary>
internal sealed class SpeedProbe
{
    // So much work is a second or so on a core; a few steps are needed in any case.
    private const double Work = 2e10;
    private const int FewestSteps = 6;
    private const int MostSteps = 40;

    // Memory is taken and caches are filled.
    private const int StepsOfStart = 2;

    private readonly IRunWorkers _workers;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private int _number;

    private SpeedProbe(IRunWorkers workers, string folder, TimeProvider time) =>
        (_workers, _folder, _time) = (workers, folder, time);

    /// <summary>Measures the sizes of an experiment.</summary>
    /// <param name="plan">Its runs.</param>
    /// <param name="workersIn">Makes the workers, out of the file that takes what a run says.</param>
    /// <param name="time">For what a run takes besides its steps.</param>
    /// <returns>The speeds by <see cref="RunSpeed.SizeOf"/>; null where the user asked to stop.</returns>
    /// <exception cref="IOException">A run could not be trained; the message has what it said.</exception>
    public static IReadOnlyDictionary<ModelShape, RunSpeed>? Measure(
        IReadOnlyList<PlannedRun> plan, Func<Func<string, string>, IRunWorkers> workersIn, TimeProvider time)
    {
        var folder = Directory.CreateTempSubdirectory("minicpm-speed-").FullName;
        var workers = workersIn(name => Path.Combine(folder, $"{name}.log"));
        try
        {
            var probe = new SpeedProbe(workers, folder, time);
            var speeds = new Dictionary<ModelShape, RunSpeed>();
            // The first run of a process is slower by its start.
            if (probe.Take(plan[0]) is null)
                return null;
            foreach (var size in plan.GroupBy(run => RunSpeed.SizeOf(run.Options.Model.Shape)))
            {
                var smallest = size.MinBy(run => run.Options.Schedule.TokenBatch)!;
                var largest = size.MaxBy(run => run.Options.Schedule.TokenBatch)!;
                var (few, many) = (smallest.Options.Schedule.TokenBatch, largest.Options.Schedule.TokenBatch);
                if (probe.Take(smallest) is not { } small
                    || (few == many ? small : probe.Take(largest)) is not { } large)
                    return null;
                speeds[size.Key] = RunSpeed.Of((few, small.Step), (many, large.Step), small.Besides);
            }
            return speeds;
        }
        finally
        {
            (workers as IDisposable)?.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    // Seconds of a step, and of a run besides its steps: means over runs beside each other. Null where the user asked
    // to stop: a run that is cut short tells no speed.
    private (double Step, double Besides)? Take(PlannedRun like)
    {
        var flops = like.Options.Schedule.TokenBatch
            * like.Options.Model.Shape.FlopsPerToken(like.Options.Data.SequenceLength);
        var steps = (int)Math.Clamp(Work / flops, FewestSteps, MostSteps);
        var began = _time.GetTimestamp();
        var names = new List<string>();
        while (_workers.Free > 0)
        {
            var name = $"speed-{++_number}";
            names.Add(name);
            var recipe = Path.Combine(_folder, $"{name}.yaml");
            File.WriteAllText(recipe, RunFile.Write(Short(like, name, steps)));
            _workers.Begin(name, ["train", recipe, "--runs", _folder, "--name", name]);
        }
        var runs = new List<(double Step, double Besides)>();
        foreach (var _ in names)
        {
            var (name, code) = _workers.Wait();
            if (_workers.IsEndAsked)
                continue;
            if (code != 0)
            {
                var log = Path.Combine(_folder, $"{name}.log");
                throw new IOException(
                    $"{like.Name} could not be trained (exit code {code}): "
                    + (File.Exists(log) ? InputFile.ReadText(log).Trim() : "it has said why above"));
            }
            var seconds = _time.GetElapsedTime(began).TotalSeconds;
            var taken = MeasuredRun.Read(Path.Combine(_folder, name)).Steps;
            runs.Add((
                taken.Skip(StepsOfStart).Average(step => step.Seconds), seconds - taken.Sum(step => step.Seconds)));
        }
        return _workers.IsEndAsked
            ? null
            : (runs.Average(run => run.Step), Math.Max(0, runs.Average(run => run.Besides)));
    }

    /// <summary>A run of so many steps.</summary>
    public static Core.Runs.RunOptions Short(PlannedRun like, string name, int steps) => like.Options with
    {
        Name = name,
        Checkpoint = new Core.Checkpoints.CheckpointOptions { AtPhaseEnds = false },
        Schedule = like.Options.Schedule with
        {
            Warmup = 0,
            Stable = steps * like.Options.Schedule.TokenBatch,
            Decay = 0,
        },
    };
}
