using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Adds the gradients of a rank's own lanes in the order of the tree, inside the rank; <see
/// cref="OrderedReduceScatter"/> walks the part across ranks.
/// </summary>
internal sealed class LaneSums : IDisposable
{
    private readonly FlatBuffer _gradients;
    private readonly int _ownLanes;
    private readonly int _treeLanes;
    private readonly Stack<(int Lanes, FlatBuffer Sum)> _pending = new();
    private readonly Stack<FlatBuffer> _spare = new();
    private int _lanesAdded;

    /// <param name="tree">The run's lanes.</param>
    /// <param name="ownLanes">Lanes of this rank.</param>
    /// <param name="gradients">The buffer that a lane is summed in; the rank's sum ends up in it.</param>
    public LaneSums(LaneTree tree, int ownLanes, FlatBuffer gradients)
    {
        _gradients = gradients;
        _ownLanes = ownLanes;
        _treeLanes = Math.Min(ownLanes, tree.Lanes / tree.TopFactor);
    }

    /// <summary>
    /// Takes the gradient buffer as the sum of this rank's next lane. After the last lane the buffer holds the rank's
    /// sum; before that it is cleared for the next lane.
    /// </summary>
    public void AddLane()
    {
        var lanes = 1;
        // Like carrying in binary addition: equal subtrees merge at once, so that few sums are pending at any time.
        while (_pending.TryPeek(out var left) && left.Lanes == lanes && lanes < _treeLanes)
        {
            Merge(_pending.Pop().Sum);
            lanes *= 2;
        }
        // Whole subtrees of the wider top stage are added left to right: ((t0 + t1) + t2).
        if (lanes == _treeLanes && _treeLanes < _ownLanes && _pending.TryPop(out var earlier))
            Merge(earlier.Sum);
        _lanesAdded = (_lanesAdded + 1) % _ownLanes;
        if (_lanesAdded == 0)
            return;
        var sum = _spare.TryPop(out var spare) ? spare : new FlatBuffer(_gradients.Length);
        sum.CopyFrom(_gradients);
        _gradients.Clear();
        _pending.Push((lanes, sum));
    }

    public void Dispose()
    {
        foreach (var spare in _spare)
            spare.Dispose();
        foreach (var (_, sum) in _pending)
            sum.Dispose();
    }

    private void Merge(FlatBuffer left)
    {
        // a + b = b + a to the last bit, so adding the left sum into the right one keeps the tree's value.
        _gradients.Add(left, 0, 0, _gradients.Length);
        _spare.Push(left);
    }
}
