using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Native.Kernels;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Adds the lanes' gradients in the one order that the run fixes: neighbours first, then pairs of neighbours, a 3- or
/// 5-way stage last (src/ARCHITECTURE.md, "Bits that do not depend on the world size"). The part of the tree inside a
/// rank is walked by <see cref="AddLane"/>, the part across ranks by <see cref="ReduceScatterCollective"/>.
/// </summary>
public sealed class LaneReduction : IDisposable
{
    // Of a part, in elements: what has arrived is still in the cache when it is added (src/DECISIONS.md has the figures).
    private const long PieceLength = 1 << 18;
    private readonly ICommunicator _communicator;
    private readonly ReductionPlan _plan;
    private readonly FloatBuffer _gradients;
    private readonly int _ownLanes;
    private readonly int _treeLanes;
    private readonly Stack<(int Lanes, FloatBuffer Sum)> _pending = new();
    private readonly Stack<FloatBuffer> _spare = new();
    private readonly FloatBuffer? _received;
    private int _lanesAdded;

    /// <param name="tree">The run's lanes.</param>
    /// <param name="communicator">The world; its size fits the tree.</param>
    /// <param name="gradients">The buffer that backward accumulates into; sums end up in it.</param>
    public LaneReduction(LaneTree tree, ICommunicator communicator, FloatBuffer gradients)
    {
        _communicator = communicator;
        _gradients = gradients;
        _ownLanes = tree.LanesOf(communicator.Rank, communicator.WorldSize).Count;
        _treeLanes = Math.Min(_ownLanes, tree.Lanes / tree.TopFactor);
        var topFactor = communicator.WorldSize == 1 ? 1 : tree.TopFactor;
        _plan = ReductionPlan.For(gradients.Length, communicator.WorldSize, communicator.Rank, topFactor);
        // A piece of each of the other members' parts.
        var largest = _plan.Stages
            .Select(stage => Math.Min(PieceLength, stage.Count / stage.Members.Count) * (stage.Members.Count - 1))
            .DefaultIfEmpty()
            .Max();
        _received = largest == 0 ? null : new FloatBuffer(largest);
    }

    /// <summary>The slice of the flat buffers whose sum this rank holds after the reduction.</summary>
    public (long Offset, long Count) Owned => _plan.Owned;

    /// <summary>The slice that another rank holds.</summary>
    public (long Offset, long Count) OwnedBy(int rank) => _plan.OwnedBy(rank);

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
        var sum = _spare.TryPop(out var spare) ? spare : new FloatBuffer(_gradients.Length);
        sum.CopyFrom(_gradients);
        _gradients.Clear();
        _pending.Push((lanes, sum));
    }

    /// <summary>
    /// Adds the ranks' sums along the tree; afterwards this rank's <see cref="Owned"/> slice is complete.
    /// </summary>
    public void ReduceScatterCollective()
    {
        foreach (var stage in _plan.Stages)
            AddStageCollective(stage);
    }

    /// <summary>Brings the owned slices of <paramref name="buffer"/> to all ranks: the stages in reverse.</summary>
    public void GatherCollective(FloatBuffer buffer)
    {
        foreach (var stage in _plan.Stages.Reverse())
        {
            var own = stage.PartOf(_communicator.Rank);
            foreach (var peer in PeersInMeetingOrder(stage))
            {
                var theirs = stage.PartOf(peer);
                _communicator.ExchangeCollective(
                    peer, buffer.At(own.Offset), Bytes(own.Count), buffer.At(theirs.Offset), Bytes(theirs.Count));
            }
        }
    }

    public void Dispose()
    {
        _received?.Dispose();
        foreach (var spare in _spare)
            spare.Dispose();
        foreach (var (_, sum) in _pending)
            sum.Dispose();
    }

    private void Merge(FloatBuffer left)
    {
        // a + b = b + a to the last bit, so adding the left sum into the right one keeps the tree's value.
        VectorKernels.Add(_gradients.Address, left.Address, _gradients.Length);
        _spare.Push(left);
    }

    private void AddStageCollective(ReductionStage stage)
    {
        // Members' parts are equally long, so that all of them count the same pieces.
        var own = stage.PartOf(_communicator.Rank);
        for (var first = 0L; first < own.Count; first += PieceLength)
        {
            var count = Math.Min(PieceLength, own.Count - first);
            foreach (var peer in PeersInMeetingOrder(stage))
            {
                var theirs = _gradients.At(stage.PartOf(peer).Offset + first);
                var place = _received!.At(Place(stage, peer, count));
                _communicator.ExchangeCollective(peer, theirs, Bytes(count), place, Bytes(count));
            }
            AddInMemberOrder(stage, (own.Offset + first, count));
        }
    }

    /// <summary>
    /// ((p0 + p1) + p2) ...: everything left of this rank first, then its own part, then what lies right.
    /// </summary>
    private void AddInMemberOrder(ReductionStage stage, (long Offset, long Count) own)
    {
        var others = stage.Members.Where(member => member != _communicator.Rank).ToArray();
        var left = others.Count(member => stage.IndexOf(member) < stage.IndexOf(_communicator.Rank));
        for (var i = 1; i < left; i++)
            VectorKernels.Add(_received!.At(0), _received.At(Place(stage, others[i], own.Count)), own.Count);
        if (left > 0)
            VectorKernels.Add(_gradients.At(own.Offset), _received!.At(0), own.Count);
        for (var i = left; i < others.Length; i++)
            VectorKernels.Add(_gradients.At(own.Offset), _received!.At(Place(stage, others[i], own.Count)), own.Count);
    }

    /// <summary>Where a peer's part lies in the receive buffer: in member order, this rank left out.</summary>
    private long Place(ReductionStage stage, int peer, long count)
    {
        var index = stage.IndexOf(peer);
        return (index < stage.IndexOf(_communicator.Rank) ? index : index - 1) * count;
    }

    /// <summary>
    /// Round-robin pairing, so that both sides of every exchange meet in the same round: in round r the members with
    /// indices i and j meet if i + j = r (mod n).
    /// </summary>
    private IEnumerable<int> PeersInMeetingOrder(ReductionStage stage)
    {
        var count = stage.Members.Count;
        var own = stage.IndexOf(_communicator.Rank);
        for (var round = 0; round < count; round++)
        {
            var other = ((round - own) % count + count) % count;
            if (other != own)
                yield return stage.Members[other];
        }
    }

    private static long Bytes(long count) => count * sizeof(float);
}
