using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.History;

/// <summary>
/// What a run has done so far, in bounded memory: its course in at most <see cref="MostPoints"/> points, each of which
/// is the mean of some steps, and the events of its journal. One thread adds to it while others read.
/// </summary>
/// <remarks>
/// All points but those at a phase's end stand for equally many steps. When there is no room for another one,
/// neighbours become one and each point from there on stands for twice as many: so no part of a run is coarser than
/// another. The first step stays by itself, and the newest is told beside the points. That is 0.2 MB for a run at
/// most, and 41 MB for 200.
/// </remarks>
public sealed class RunHistory
{
    public const int MostPoints = 1000;
    public const int MostHeldOut = 500;
    public const int MostEvents = 200;
    public const int LongestText = 240;
    public const int MostMeasures = 16;
    private const int LongestKind = 40;

    /// <summary>Lists have room for a power of two; a character takes two bytes.</summary>
    public const int MostBytes =
        1024 * 56 + 512 * 24 + 256 * 8 + MostEvents * (104 + 2 * (LongestText + LongestKind))
        + MostMeasures * (64 + 2 * LongestKind);

    // This is far above any loss, and sums of some such numbers are still far from an overflow.
    private const double Diverged = 1e30;

    private const string Routine = "checkpoint";
    private const string Started = "run-started";
    private const string Finished = "run-finished";
    private readonly Lock _guard = new();
    private readonly List<HistoryPoint> _points = [];
    private readonly List<HeldOutPoint> _heldOut = [];
    private readonly List<HistoryEvent> _events = [];
    private HistoryPoint? _open;
    private HistoryPoint? _newest;
    private IReadOnlyList<Measure> _measures = [];
    private long _lastStep;
    private bool _isFinished;
    private int _stepsOfPoint = 1;
    private long _epoch = 1;
    private long _told;

    /// <summary>The newest step; null before the first.</summary>
    public HistoryPoint? Newest
    {
        get
        {
            lock (_guard)
                return _newest;
        }
    }

    /// <summary>What the objective of the newest step measures besides its loss.</summary>
    public IReadOnlyList<Measure> Measures
    {
        get
        {
            lock (_guard)
                return _measures;
        }
    }

    /// <summary>The newest loss on held-out text; null before the first.</summary>
    public HeldOutPoint? NewestHeldOut
    {
        get
        {
            lock (_guard)
                return _heldOut is [.., var newest] ? newest : null;
        }
    }

    /// <summary>True where the schedule has come to its end and nothing has begun since.</summary>
    public bool IsFinished
    {
        get
        {
            lock (_guard)
                return _isFinished;
        }
    }

    /// <summary>The cursor of a reader that has seen everything.</summary>
    public HistoryCursor Cursor
    {
        get
        {
            lock (_guard)
                return new HistoryCursor(_epoch, _points.Count, _heldOut.Count, _told);
        }
    }

    /// <summary>
    /// Adds steps. Where they lie before the newest, the run has gone back, and what came after is forgotten. A loss
    /// that is not finite has no place on a curve and is left out.
    /// </summary>
    public void Add(HistoryPoint point)
    {
        if (!IsDrawable(point))
            return;
        lock (_guard)
        {
            if (point.Step <= _lastStep)
                Cut_NeedsLock(point.Step - point.Steps + 1);
            (_newest, _lastStep) = (point, point.Step);
            if (_open is { } ended && ended.Phase != point.Phase)
                Close_NeedsLock(ended);
            _open = _open?.With(point) ?? point;
            if (_points.Count == 0 || _open.Value.Steps >= _stepsOfPoint)
                Close_NeedsLock(_open.Value);
        }
    }

    /// <summary>Takes what the newest step measures besides its loss; what is not finite is left out.</summary>
    public void Take(IReadOnlyList<Measure> measures)
    {
        ArgumentNullException.ThrowIfNull(measures);
        lock (_guard)
        {
            _measures =
            [
                .. measures.Where(measure => double.IsFinite(measure.Value)).Take(MostMeasures)
                    .Select(measure => measure with { Name = Shorten(measure.Name, LongestKind) }),
            ];
        }
    }

    /// <summary>Adds the step of a status if it is a new one. This serves runs that report nothing else.</summary>
    public void Follow(RunStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        lock (_guard)
        {
            if (status.Step > 0 && status.Step != _lastStep)
                Add(HistoryPoint.Of(status));
        }
    }

    /// <summary>Adds a loss on held-out text. It replaces an earlier one of the same step.</summary>
    public void Add(HeldOutPoint point)
    {
        if (!(Math.Abs(point.Loss) < Diverged))
            return;
        lock (_guard)
        {
            if (_heldOut.RemoveAll(known => known.Step >= point.Step) > 0)
                _epoch++;
            _heldOut.Add(point);
            if (_heldOut.Count <= MostHeldOut)
                return;
            // Every other point is removed; the first and the newest stay.
            var last = _heldOut.Count - 1;
            var kept = _heldOut.Where((_, index) => index % 2 == 0 || index == last).ToArray();
            _heldOut.Clear();
            _heldOut.AddRange(kept);
            _epoch++;
        }
    }

    /// <summary>Adds an entry of the journal, if it is one that a reader wants to know.</summary>
    public void Add(JournalEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (JournalText.Of(entry) is { } text)
            Tell(entry.Event, entry.Step, entry.Tokens, text);
    }

    /// <summary>Adds an event.</summary>
    public void Tell(string kind, long step, long tokens, string text)
    {
        lock (_guard)
        {
            _events.Add(new HistoryEvent(
                ++_told, Shorten(kind, LongestKind), step, tokens, Shorten(text, LongestText)));
            _isFinished = kind == Finished || (_isFinished && kind != Started);
            if (_events.Count <= MostEvents)
                return;
            // Checkpoints come by the thousand and say least, so they are removed first.
            _events.RemoveAt(Math.Max(0, _events.FindIndex(known => known.Kind == Routine)));
        }
    }

    /// <summary>Adds the news of another history. Where it is whole, it replaces what is here.</summary>
    public void Add(HistoryNews news)
    {
        ArgumentNullException.ThrowIfNull(news);
        lock (_guard) // Which may be taken again by its holder.
        {
            if (news.IsWhole)
                Clear_NeedsLock();
            foreach (var point in news.Points)
                Add(point);
            foreach (var point in news.HeldOut)
                Add(point);
            foreach (var happened in news.Events)
                Tell(happened.Kind, happened.Step, happened.Tokens, happened.Text);
            if (news.Newest is { } newest && IsDrawable(newest))
                _newest = newest;
            if (news.Measures.Count > 0)
                Take(news.Measures);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_guard)
            Clear_NeedsLock();
    }

    /// <summary>What a reader with this cursor has not seen.</summary>
    public HistoryNews Since(HistoryCursor cursor)
    {
        lock (_guard)
        {
            var now = new HistoryCursor(_epoch, _points.Count, _heldOut.Count, _told);
            var isWhole = cursor.Epoch != _epoch || cursor.Points > now.Points || cursor.HeldOut > now.HeldOut
                || cursor.Events > now.Events;
            if (isWhole)
                cursor = HistoryCursor.None;
            return new HistoryNews(
                isWhole, _points[cursor.Points..], _heldOut[cursor.HeldOut..],
                [.. _events.Where(known => known.Number > cursor.Events)], _newest, now)
            {
                Measures = _measures,
            };
        }
    }

    private static bool IsDrawable(HistoryPoint point) =>
        Math.Abs(point.Loss) < Diverged && Math.Abs(point.LearningRate) < Diverged
        && Math.Abs(point.TokensPerSecond) < Diverged && point.Steps >= 1;

    private void Clear_NeedsLock()
    {
        _points.Clear();
        _heldOut.Clear();
        _events.Clear();
        (_open, _newest, _lastStep, _stepsOfPoint, _isFinished) = (null, null, 0, 1, false);
        _measures = [];
        _epoch++;
    }

    private void Close_NeedsLock(HistoryPoint point)
    {
        _open = null;
        _points.Add(point);
        if (_points.Count < MostPoints)
            return;
        _stepsOfPoint *= 2;
        Merge_NeedsLock((before, next) => before.Phase == next.Phase && before.Steps + next.Steps <= _stepsOfPoint);
        // No schedule changes its phase that often, but nothing guarantees it.
        if (_points.Count > MostPoints * 3 / 4)
            Merge_NeedsLock((_, _) => true);
        _epoch++;
    }

    private void Merge_NeedsLock(Func<HistoryPoint, HistoryPoint, bool> belong)
    {
        var kept = 1;
        for (var i = 1; i < _points.Count; i++)
        {
            var point = _points[i];
            if (i + 1 < _points.Count && belong(point, _points[i + 1]))
                point = point.With(_points[++i]);
            _points[kept++] = point;
        }
        _points.RemoveRange(kept, _points.Count - kept);
    }

    /// <summary>Forgets the steps from this one on, because they are taken again.</summary>
    private void Cut_NeedsLock(long step)
    {
        _points.RemoveAll(point => point.Step >= step);
        // A held-out loss may belong to the beginning of this very step: it is measured after the step before.
        _heldOut.RemoveAll(point => point.Step >= step);
        (_open, _newest) = (null, null);
        _epoch++;
    }

    private static string Shorten(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");
}
