using System.Runtime.ExceptionServices;
using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Data.Building;

/// <summary>
/// Reports how far a build is. It counts the work of this rank's threads by their counters, and that of the other ranks
/// by the units that they have left on the disk, because ranks do not communicate while all are at work.
/// </summary>
internal sealed class BuildProgress(
    BuildJob job, IReadOnlyList<WorkUnit> units, IReadOnlyList<WorkUnit> own, Action<DataBuildProgress>? report)
{
    private const int TicksPerLook = 20;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private readonly int _unitsBefore = job.Plan.Done.Count;
    private readonly long _bytesBefore = units.IntersectBy(job.Plan.Done, unit => unit.Index).Sum(unit => unit.Bytes);
    private readonly long _bytesTotal = units.Sum(unit => unit.Bytes);
    private readonly List<WorkUnit> _others =
        [.. units.ExceptBy(own.Select(unit => unit.Index).Concat(job.Plan.Done), unit => unit.Index)];
    private UnitTotals _othersDone = UnitTotals.Zero;
    private long _othersBytes;
    private int _othersUnits;
    private int _ticks;
    private bool _isPacking;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Reports at once, and then now and then from a thread of its own, until it is disposed.</summary>
    public IDisposable? Watch()
    {
        Tell();
        return report is null ? null : new Timer(_ => TellFromTimer(), null, s_interval, s_interval);
    }

    /// <summary>Reports how far tokenizing is.</summary>
    /// <param name="isEnd">Whether all units are done, those of other ranks included.</param>
    public void Tell(bool isEnd = false)
    {
        lock (_lock)
        {
            _failure?.Throw();
            if (!_isPacking)
                Tokenizing(isEnd);
        }
    }

    public void Packing(long bytes, long total, int packedUnits)
    {
        lock (_lock)
        {
            _isPacking = true;
            report?.Invoke(new DataBuildProgress(
                DataBuildStage.Packing, job.Counters.Documents + _othersDone.Documents,
                job.Counters.Tokens + _othersDone.Ids, bytes, total, 0, packedUnits, units.Count, 0));
        }
    }

    // Nobody catches what a timer's thread throws. The thread that works will find that the screen is gone.
    private void TellFromTimer()
    {
        lock (_lock)
        {
            try
            {
                if (!_isPacking && _failure is null)
                    Tokenizing(isEnd: false);
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
        }
    }

    private void Tokenizing(bool isEnd)
    {
        if (report is null)
            return;
        if (isEnd || _ticks++ % TicksPerLook == 0)
            LookAtOthers();
        report(new DataBuildProgress(
            DataBuildStage.Tokenizing,
            job.Counters.Documents + _othersDone.Documents,
            job.Counters.Tokens + _othersDone.Ids,
            _bytesBefore + job.Counters.Bytes + _othersBytes,
            _bytesTotal,
            _bytesBefore,
            _unitsBefore + job.Counters.Units + _othersUnits,
            units.Count,
            _unitsBefore));
    }

    private void LookAtOthers()
    {
        foreach (var unit in _others.ToList())
        {
            if (UnitSummary.TryRead(new UnitFiles(job.UnitFolder, unit).Summary) is not { } summary)
                continue;
            _others.Remove(unit);
            _othersDone = _othersDone.Plus(summary.Train).Plus(summary.HeldOut);
            _othersBytes += unit.Bytes;
            _othersUnits++;
        }
    }
}
