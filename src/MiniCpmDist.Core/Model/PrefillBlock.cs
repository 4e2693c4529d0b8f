namespace MiniCpmDist.Core.Model;

/// <summary>
/// The pieces in which a prompt goes into a cache. The scores of a piece are positions times all that stands before
/// them, so that a long prompt in one piece would take memory with the square of its length.
/// </summary>
public static class PrefillBlock
{
    /// <summary>Positions of a prompt that go in one piece: as long as MiniCPM's window.</summary>
    public const long Whole = 4096;

    /// <summary>Positions of a piece of a longer one.</summary>
    public const long Length = 1024;

    /// <summary>The pieces, in order; they add up to the positions.</summary>
    public static IEnumerable<long> Of(long positions)
    {
        if (positions > Whole)
        {
            for (; positions > Length; positions -= Length)
                yield return Length;
        }
        yield return positions;
    }
}
