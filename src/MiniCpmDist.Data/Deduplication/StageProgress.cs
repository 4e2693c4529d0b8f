using System.Runtime.ExceptionServices;
using MiniCpmDist.Data.Building;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>
/// Reports how far a stage is. It counts the work of this rank by its counters, and that of other ranks by what they
/// have left on the disk, because ranks do not communicate while all are at work.
/// </summary>
internal sealed class StageProgress : IDisposable
{
    private const int TicksPerLook = 20;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private readonly Stage _stage;
    private readonly DedupJob _job;
    private readonly Action<DedupProgress>? _report;
    private readonly HashSet<int> _others;
    private readonly DedupProgress _start;
    private readonly BuildCounters _counters;
    private readonly Timer? _timer;
    private long _othersDone;
    private int _ticks;
    private bool _isOver;
    private ExceptionDispatchInfo? _failure;

    public StageProgress(
        DedupJob job, Stage stage, (int Step, int Steps) step, IReadOnlyCollection<int> done, IReadOnlyList<int> own,
        Action<DedupProgress>? report)
    {
        (_job, _stage, _report, _counters) = (job, stage, report, job.Counters);
        _others = [.. Enumerable.Range(0, stage.Weights.Count).Except(done).Except(own)];
        var before = done.Sum(task => stage.Weights[task]);
        _start = new DedupProgress(
            stage.Told, step.Step, step.Steps, before, stage.Weights.Sum(), before, stage.IsOverUnits);
        Tell();
        if (report is not null)
            _timer = new Timer(_ => TellFromTimer(), null, s_interval, s_interval);
    }

    /// <summary>Reports at once.</summary>
    public void Tell()
    {
        lock (_lock)
        {
            _failure?.Throw();
            if (_report is null)
                return;
            if (_ticks++ % TicksPerLook == 0)
                LookAtOthers();
            _report(_start with { Done = _start.Before + _counters.Bytes + _othersDone });
        }
    }

    /// <summary>Ends the reports of this stage.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
            _isOver = true;
    }

    // Nobody catches what a timer's thread throws. The thread that works will find that the screen is gone.
    private void TellFromTimer()
    {
        lock (_lock)
        {
            try
            {
                if (_failure is null && !_isOver)
                    Tell();
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
        }
    }

    private void LookAtOthers()
    {
        foreach (var task in _others.Where(task => _job.IsDone(_stage.Name, task)).ToList())
        {
            _others.Remove(task);
            _othersDone += _stage.Weights[task];
        }
    }
}
