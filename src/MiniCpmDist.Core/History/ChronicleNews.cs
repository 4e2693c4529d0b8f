namespace MiniCpmDist.Core.History;

/// <summary>What a reader of a chronicle has not seen.</summary>
/// <param name="IsWhole">It is all there is and replaces what the reader has.</param>
/// <param name="Points">Complete points, in the order of steps.</param>
/// <param name="HeldOut">Held-out losses, in the order of steps.</param>
/// <param name="Events">In their order.</param>
/// <param name="Newest">The newest step; it may not be in a complete point yet. Null before the first.</param>
/// <param name="Cursor">Asks for what comes after this.</param>
public sealed record ChronicleNews(
    bool IsWhole, IReadOnlyList<ChroniclePoint> Points, IReadOnlyList<HeldOutPoint> HeldOut,
    IReadOnlyList<ChronicleEvent> Events, ChroniclePoint? Newest, ChronicleCursor Cursor);
