namespace MiniCpmDist.Core.Formats;

/// <summary>
/// Which segments of a sequence of <see cref="Packing.Pairs"/> are branches: the two scored ones after one that is not
/// scored. A pair whose prompt is a single id has no stem.
/// </summary>
public struct PairBranches
{
    private int _branch;
    private bool _followsStem;

    /// <summary>The number of the next segment's branch; 0 where the segment is no branch.</summary>
    public int Next(bool isScored)
    {
        _branch = !isScored ? 0 : _followsStem ? 1 : _branch == 1 ? 2 : 0;
        _followsStem = !isScored;
        return _branch;
    }
}
