using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Optimization;

/// <summary>
/// Where the gradients of a step are added up, in float32. Where the model is of float32 and gradients are whole,
/// backward writes there itself. Otherwise backward writes into working memory that the buckets share, all but the
/// embedding's: when a bucket is complete it is taken from there,
/// as it is (bfloat16) or after its reduction (sharded, ZeRO-2).
/// </summary>
public sealed class FlatGradients : IDisposable
{
    private readonly FlatLayout _layout;
    private readonly RankReduction _reduction;
    private readonly bool _reducesEarly;
    private readonly LaneSums[] _lanes;
    private readonly FlatBuffer[] _others;
    private readonly FlatBuffer? _work;
    private readonly FlatBuffer? _wide;
    private readonly bool[] _reduced;

    /// <param name="layout">Of the flat buffers.</param>
    /// <param name="tree">The run's lanes.</param>
    /// <param name="ownLanes">Lanes of this rank; one where gradients are sharded.</param>
    /// <param name="reduction">Across ranks.</param>
    /// <param name="type">Of parameters and activations.</param>
    /// <param name="isSharded">Each rank keeps its part only; every micro-batch is reduced as it goes back.</param>
    /// <param name="strands">
    /// Strands of this rank: each has a sum of its own over the lanes, and they are added when the lanes are over.
    /// </param>
    public FlatGradients(
        FlatLayout layout, LaneTree tree, int ownLanes, RankReduction reduction, ScalarType type = ScalarType.Float32,
        bool isSharded = false, int strands = 1)
    {
        if (isSharded && ownLanes > 1)
            throw new ArgumentException($"Expected one lane a rank with sharded gradients, found {ownLanes}.");
        var writesSums = !isSharded && type == ScalarType.Float32;
        if (strands > 1 && !writesSums)
            throw new ArgumentException($"Expected one strand a rank with working memory, found {strands}.");
        (_layout, _reduction, IsSharded) = (layout, reduction, isSharded);
        Sums = new FlatBuffer(isSharded ? reduction.Owned.Count : layout.Length);
        _reducesEarly = reduction.GoesOnBeside && !isSharded && ownLanes == 1 && strands == 1;
        _reduced = new bool[layout.Buckets.Count];
        _others = [.. Enumerable.Range(1, strands - 1).Select(_ => new FlatBuffer(layout.Length))];
        _lanes = isSharded
            ? []
            : [.. ((FlatBuffer[])[Sums, .. _others]).Select(sums => new LaneSums(tree, ownLanes, sums))];
        if (writesSums)
            return;
        _work = new FlatBuffer(layout.EmbeddingElements + layout.LargestOther, type);
        if (isSharded && type != ScalarType.Float32)
            _wide = new FlatBuffer(Math.Max(layout.EmbeddingElements, layout.LargestOther));
    }

    /// <summary>Sums of the step so far: of all parameters, or of the parts that this rank owns.</summary>
    public FlatBuffer Sums { get; }

    /// <summary>True where a rank holds its own part only.</summary>
    public bool IsSharded { get; }

    /// <summary>True where <see cref="ReachedCollective"/> has something to do before backward is over.</summary>
    public bool WantsMarks => _work is not null || _reducesEarly;

    /// <summary>
    /// True while the rank's last micro-batch of a step goes back: buckets that are complete are complete for the step,
    /// and where the link works by itself they are on their way to the other ranks while the rest is computed.
    /// </summary>
    public bool IsLast { get; set; }

    /// <summary>Where this rank's part of a bucket begins in <see cref="Sums"/>.</summary>
    public long PlaceOf(int bucket) =>
        IsSharded ? _reduction.Owned.PlaceOf(bucket) : _reduction.Owned.Parts[bucket].Offset;

    /// <summary>A view of what backward adds to, for the elements of some neighbours.</summary>
    /// <param name="offset">The first one's place in the flat buffers.</param>
    /// <param name="count">Elements, all in one bucket.</param>
    /// <param name="strand">Of this rank's.</param>
    internal Tensor View(long offset, long count, int strand = 0)
    {
        if (_work is null)
            return (strand == 0 ? Sums : _others[strand - 1]).Tensor.narrow(0, offset, count);
        var bucket = _layout.Buckets.Single(
            bucket => offset >= bucket.Offset && offset + count <= bucket.Offset + bucket.Count);
        return _work.Tensor.narrow(0, WorkPlace(bucket) + offset - bucket.Offset, count);
    }

    /// <summary>Begins a step.</summary>
    public void Clear()
    {
        Sums.Clear();
        foreach (var strand in _others)
            strand.Clear();
        Array.Clear(_reduced);
        // Empty already, but for a step that ended in an exception.
        _work?.Clear();
    }

    /// <summary>
    /// Backward has passed a mark: takes the buckets that are complete. Where gradients are sharded all ranks must pass
    /// the same marks.
    /// </summary>
    public void ReachedCollective(int mark)
    {
        for (var i = _layout.Buckets.Count - 1; i >= 0; i--)
        {
            if (_layout.Buckets[i].Mark != mark)
                continue;
            if (_work is not null)
                TakeCollective(i, _layout.Buckets[i], _work);
            if (_reducesEarly && IsLast)
                ReduceCollective(i);
        }
    }

    /// <summary>Passes all marks without a backward: another rank has one micro-batch more.</summary>
    public void PassCollective()
    {
        foreach (var mark in _layout.Buckets.Select(bucket => bucket.Mark).OrderDescending())
            ReachedCollective(mark);
    }

    /// <summary>Ends a lane of this rank.</summary>
    public void AddLane()
    {
        foreach (var strand in _lanes)
            strand.AddLane();
    }

    /// <summary>Adds what has not been added across ranks; afterwards this rank's parts are complete.</summary>
    public void ReduceScatterCollective()
    {
        AddStrands();
        // In the order of backward, in which others may have begun already.
        for (var i = _layout.Buckets.Count - 1; i >= 0; i--)
        {
            if (!IsSharded && !_reduced[i])
                ReduceCollective(i);
        }
        _reduction.WaitCollective();
    }

    public void Dispose()
    {
        Sums.Dispose();
        foreach (var strand in _lanes)
            strand.Dispose();
        foreach (var strand in _others)
            strand.Dispose();
        _work?.Dispose();
        _wide?.Dispose();
    }

    /// <summary>The strands of this rank are a subtree: neighbours first. The sum ends up in the first one's.</summary>
    private void AddStrands()
    {
        FlatBuffer[] strands = [Sums, .. _others];
        for (var width = 1; width < strands.Length; width *= 2)
        {
            for (var i = 0; i < strands.Length; i += 2 * width)
                strands[i].Add(strands[i + width], 0, 0, strands[i].Length);
        }
    }

    private void ReduceCollective(int bucket)
    {
        _reduced[bucket] = true;
        _reduction.ReduceScatterCollective(bucket, Sums, _layout.Buckets[bucket].Offset);
    }

    private void TakeCollective(int index, Bucket bucket, FlatBuffer work)
    {
        var place = WorkPlace(bucket);
        if (!IsSharded)
        {
            Sums.Add(work, place, bucket.Offset, bucket.Count);
        }
        else
        {
            var (whole, at) = Widen(bucket, work, place);
            _reduction.ReduceScatterCollective(index, whole, at);
            _reduction.WaitCollective();
            var (offset, count) = _reduction.Owned.Parts[index];
            Sums.Add(whole, at + offset - bucket.Offset, PlaceOf(index), count);
        }
        work.Clear(place, bucket.Count);
    }

    /// <summary>Ranks add float32, whatever a micro-batch's gradients are.</summary>
    private (FlatBuffer Buffer, long At) Widen(Bucket bucket, FlatBuffer work, long place)
    {
        if (_wide is null)
            return (work, place);
        _wide.CopyFrom(work, place, 0, bucket.Count);
        return (_wide, 0);
    }

    private long WorkPlace(Bucket bucket) => bucket.Mark == Bucket.AtTheEnd ? bucket.Offset : _layout.EmbeddingElements;
}
