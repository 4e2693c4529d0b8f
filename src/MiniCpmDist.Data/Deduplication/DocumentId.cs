namespace MiniCpmDist.Data.Deduplication;

/// <summary>The number of a document: its unit, and its place among the unit's documents. Numbers ascend with the
/// corpus.</summary>
internal static class DocumentId
{
    private const int UnitShift = 32;

    public static long Of(int unit, int index) => ((long)unit << UnitShift) | (uint)index;

    public static int Unit(long document) => (int)(document >> UnitShift);

    public static int Index(long document) => (int)document;
}
