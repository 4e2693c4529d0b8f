using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.History;

/// <summary>What a reader of a history has not seen.</summary>
/// <param name="IsWhole">True where this is the whole history, which replaces what the reader has.</param>
/// <param name="Points">Complete points, in the order of steps.</param>
/// <param name="HeldOut">Held-out losses, in the order of steps.</param>
/// <param name="Events">In their order.</param>
/// <param name="Newest">The newest step; it may not be in a complete point yet. Null before the first.</param>
/// <param name="Cursor">Asks for what comes after this.</param>
public sealed record HistoryNews(
    bool IsWhole, IReadOnlyList<HistoryPoint> Points, IReadOnlyList<HeldOutPoint> HeldOut,
    IReadOnlyList<HistoryEvent> Events, HistoryPoint? Newest, HistoryCursor Cursor)
{
    /// <summary>What the objective of the newest step measures besides its loss; empty for pre-training.</summary>
    public IReadOnlyList<Measure> Measures { get; init; } = [];
}
