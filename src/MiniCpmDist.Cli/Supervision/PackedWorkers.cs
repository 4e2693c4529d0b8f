using System.Collections.Concurrent;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>
/// Trains runs of one rank in several processes beside each other. A process that has trained a run trains the next.
/// </summary>
internal sealed class PackedWorkers : IRunWorkers, IDisposable
{
    private readonly ForwardedSignals _signals = new();
    private readonly BlockingCollection<(WorkerProcess Worker, int ExitCode)> _ends = [];
    private readonly ConcurrentDictionary<WorkerProcess, string> _busy = [];
    private readonly Stack<WorkerProcess> _idle = new();
    private readonly int _count;
    private readonly Func<string, string> _logOf;

    /// <param name="count">Processes at most.</param>
    /// <param name="logOf">The file that takes what a run says, by its name.</param>
    public PackedWorkers(int count, Func<string, string> logOf)
    {
        (_count, _logOf) = (count, logOf);
        _signals.SendTo(signal =>
        {
            foreach (var worker in _busy.Keys)
                worker.Signal(signal);
        });
    }

    public int Free => _count - _busy.Count;

    public bool AreQuiet => true;

    public bool IsEndAsked => _signals.IsEndAsked;

    public void Begin(string run, string[] arguments)
    {
        var worker = NextIdle() ?? WorkerProcess.Start((worker, exitCode) => _ends.Add((worker, exitCode)));
        _busy[worker] = run;
        worker.Begin(arguments, _logOf(run));
        // The signal may have come before this worker was known.
        if (IsEndAsked)
            worker.Signal(ProcessSignals.Terminate);
    }

    public (string Run, int ExitCode) Wait()
    {
        var (worker, exitCode) = _ends.Take();
        _busy.TryRemove(worker, out var run);
        // A process in which a command failed may have kept something of it.
        if (exitCode == 0 && worker.IsAlive)
            _idle.Push(worker);
        else
            worker.Dispose();
        return (run!, exitCode);
    }

    public void Dispose()
    {
        _signals.SendTo(null);
        // They save beside each other, and not one after the other.
        foreach (var worker in _busy.Keys)
            worker.Signal(ProcessSignals.Terminate);
        foreach (var worker in _idle.Concat(_busy.Keys))
            worker.Dispose();
        _ends.Dispose();
        _signals.Dispose();
    }

    private WorkerProcess? NextIdle()
    {
        while (_idle.TryPop(out var worker))
        {
            if (worker.IsAlive)
                return worker;
            worker.Dispose();
        }
        return null;
    }
}
