namespace MiniCpmDist.Data.Building;

/// <summary>What one unit, or all units, hold of one split.</summary>
/// <param name="Documents">Documents.</param>
/// <param name="Ids">Ids, begins and ends included.</param>
/// <param name="TextBytes">UTF-8 bytes of the texts.</param>
/// <param name="LossBytes">UTF-8 bytes of what bears loss.</param>
internal sealed record UnitTotals(long Documents, long Ids, long TextBytes, long LossBytes)
{
    public static UnitTotals Zero { get; } = new(0, 0, 0, 0);

    public UnitTotals Plus(UnitTotals other) => new(
        Documents + other.Documents, Ids + other.Ids, TextBytes + other.TextBytes, LossBytes + other.LossBytes);

    public UnitTotals Plus(UnitDocument document) => new(
        Documents + 1, Ids + document.Ids + 2, TextBytes + document.TextBytes, LossBytes + document.LossBytes);
}
