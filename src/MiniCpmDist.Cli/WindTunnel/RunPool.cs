using System.Globalization;
using System.Runtime.ExceptionServices;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>Does what an experiment consists of, as much beside each other as there are workers.</summary>
/// <param name="workers">Do one thing each.</param>
/// <param name="logOf">The file that takes what a run says, where workers are quiet.</param>
/// <param name="screen">Where sentences go.</param>
/// <param name="time">For the time that is left.</param>
internal sealed class RunPool(IRunWorkers workers, Func<string, string> logOf, Screen screen, TimeProvider time)
{
    private const int LinesOfFailure = 6;

    /// <summary>Does all that is not done. Of what can begin, the first in order does.</summary>
    /// <returns>
    /// Zero where everything is done, or has diverged and the rest can do without it; else the exit code of the first
    /// that is not: <see cref="ExitCodes.ResumeLater"/> where it was told to stop.
    /// </returns>
    /// <exception cref="Exception">A run could not begin; those under way have come to their ends.</exception>
    public int Do(IReadOnlyList<PooledRun> all)
    {
        var left = all.Where(run => !run.IsDone()).ToList();
        var byName = all.ToDictionary(run => run.Name);
        var progress = new Progress(time, left.Count, left.Sum(run => run.Weight));
        var (under, result) = (new Dictionary<string, PooledRun>(), 0);
        ExceptionDispatchInfo? fault = null;
        while (true)
        {
            while (result == 0 && fault is null && !workers.IsEndAsked && workers.Free > 0
                && left.Find(run => run.After is null || byName[run.After].IsDone()) is { } next)
            {
                left.Remove(next);
                if (!workers.AreQuiet)
                    screen.Headline($"{next.Name} ({progress.Place}{progress.Left})");
                fault = FaultOf(() => workers.Begin(next.Name, next.Command()));
                if (fault is null)
                    under[next.Name] = next;
                Show(under.Keys);
            }
            if (under.Count == 0)
                break;
            var (name, code) = workers.Wait();
            under.Remove(name, out var ended);
            progress.Add(ended!);
            var verdict = VerdictOf(ended!, code);
            screen.Line(verdict == 0
                ? $"{progress.Place} {name}: {Outcome(ended!)}{progress.Left}"
                : Failure(name, code, verdict));
            if (result == 0)
                result = verdict;
            Show(under.Keys);
        }
        fault?.Throw();
        if (result == 0 && left.Count > 0)
            result = ExitCodes.ResumeLater;
        if (result == ExitCodes.ResumeLater)
            screen.Line("The experiment was stopped before its end. The same command goes on with it.");
        return result;
    }

    // A run that cannot begin, such as a branch that is refused, is no reason to lose what others have trained.
    private static ExceptionDispatchInfo? FaultOf(Action begin)
    {
        try
        {
            begin();
            return null;
        }
        catch (Exception exception) when (exception is IOException or ConfigurationException
            or UnauthorizedAccessException)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }

    private int VerdictOf(PooledRun run, int code) => code switch
    {
        // The largest learning rates of a study are there to diverge.
        ExitCodes.Hopeless when run.MayDiverge => 0,
        0 when !run.IsDone() => ExitCodes.ResumeLater,
        // A run that is asked to end before it trains has nothing to save, and is ended.
        not 0 when workers.IsEndAsked => ExitCodes.ResumeLater,
        _ => code,
    };

    private static string Outcome(PooledRun run) =>
        run.IsDone() ? run.Outcome() : "cannot go on; the experiment does without it";

    private string Failure(string name, int code, int verdict)
    {
        if (verdict == ExitCodes.ResumeLater)
            return $"{name} is saved and not at its end.";
        if (!workers.AreQuiet)
            return $"{name} ended with exit code {code}.";
        var log = logOf(name);
        var said = File.Exists(log) ? File.ReadLines(log).TakeLast(LinesOfFailure) : [];
        return $"{name} ended with exit code {code}:\n    {string.Join("\n    ", said)}\n{log} has all that it said.";
    }

    private void Show(IEnumerable<string> under)
    {
        if (workers.AreQuiet && screen.IsTerminal && under.Any())
            screen.Live($"at work: {string.Join(", ", under)}");
    }

    private sealed class Progress(TimeProvider time, int runs, double weight)
    {
        private readonly long _began = time.GetTimestamp();
        private double _done;
        private int _ended;

        public string Place => string.Create(CultureInfo.InvariantCulture, $"{_ended} of {runs}");

        /// <summary>The time that is left, at the speed so far; nothing before the first end.</summary>
        public string Left => _done > 0 && _ended < runs
            ? $", {ProgressText.Span(time.GetElapsedTime(_began) * ((weight - _done) / _done))} left"
            : "";

        public void Add(PooledRun run) => (_done, _ended) = (_done + run.Weight, _ended + 1);
    }
}
