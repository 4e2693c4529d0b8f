using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Optimization;

/// <summary>
/// Where the gradients of a step are added up, in float32. Where the model is of float32 and gradients are whole, backward
/// writes there itself. Otherwise backward writes into working memory that the buckets share, all but the embedding's: when
/// a bucket is complete it is taken from there, as it is (bfloat16) or after its reduction (sharded, ZeRO-2).
/// </summary>
public sealed class FlatGradients : IDisposable
{
    private readonly FlatLayout _layout;
    private readonly IRankReduction _reduction;
    private readonly LaneSums? _lanes;
    private readonly FlatBuffer? _work;
    private readonly FlatBuffer? _wide;

    /// <param name="layout">Of the flat buffers.</param>
    /// <param name="tree">The run's lanes.</param>
    /// <param name="ownLanes">Lanes of this rank; one where gradients are sharded.</param>
    /// <param name="reduction">Across ranks.</param>
    /// <param name="type">Of parameters and activations.</param>
    /// <param name="isSharded">Each rank keeps its part only; every micro-batch is reduced as it goes back.</param>
    public FlatGradients(
        FlatLayout layout, LaneTree tree, int ownLanes, IRankReduction reduction, ScalarType type = ScalarType.Float32,
        bool isSharded = false)
    {
        if (isSharded && ownLanes > 1)
            throw new ArgumentException($"Expected one lane a rank with sharded gradients, found {ownLanes}.");
        (_layout, _reduction, IsSharded) = (layout, reduction, isSharded);
        Sums = new FlatBuffer(isSharded ? reduction.Owned.Count : layout.Length);
        _lanes = isSharded ? null : new LaneSums(tree, ownLanes, Sums);
        if (!isSharded && type == ScalarType.Float32)
            return;
        _work = new FlatBuffer(EmbeddingElements + LargestOther, type);
        if (isSharded && type != ScalarType.Float32)
            _wide = new FlatBuffer(Math.Max(EmbeddingElements, LargestOther));
    }

    /// <summary>Sums of the step so far: of all parameters, or of the parts that this rank owns.</summary>
    public FlatBuffer Sums { get; }

    /// <summary>True where a rank holds its own part only.</summary>
    public bool IsSharded { get; }

    /// <summary>True where <see cref="ReachedCollective"/> has something to do before backward is over.</summary>
    public bool WantsMarks => _work is not null;

    private long EmbeddingElements =>
        _layout.Buckets.Where(bucket => bucket.Mark == Bucket.AtTheEnd).Sum(bucket => bucket.Count);

    private long LargestOther => _layout.Buckets
        .Where(bucket => bucket.Mark != Bucket.AtTheEnd)
        .Select(bucket => bucket.Count)
        .DefaultIfEmpty()
        .Max();

    /// <summary>Where this rank's part of a bucket begins in <see cref="Sums"/>.</summary>
    public long PlaceOf(int bucket) =>
        IsSharded ? _reduction.Owned.PlaceOf(bucket) : _reduction.Owned.Parts[bucket].Offset;

    /// <summary>A view of what backward adds to, for the elements of some neighbours.</summary>
    /// <param name="offset">The first one's place in the flat buffers.</param>
    /// <param name="count">Elements, all in one bucket.</param>
    internal Tensor View(long offset, long count)
    {
        if (_work is null)
            return Sums.Tensor.narrow(0, offset, count);
        var bucket = _layout.Buckets.Single(
            bucket => offset >= bucket.Offset && offset + count <= bucket.Offset + bucket.Count);
        return _work.Tensor.narrow(0, WorkPlace(bucket) + offset - bucket.Offset, count);
    }

    /// <summary>Begins a step.</summary>
    public void Clear()
    {
        Sums.Clear();
        // Empty already, but for a step that ended in an exception.
        _work?.Clear();
    }

    /// <summary>
    /// Backward has passed a mark: takes the buckets that are complete. Where gradients are sharded all ranks must pass
    /// the same marks.
    /// </summary>
    public void ReachedCollective(int mark)
    {
        if (_work is null)
            return;
        foreach (var (i, bucket) in _layout.Buckets.Index())
        {
            if (bucket.Mark == mark)
                TakeCollective(i, bucket, _work);
        }
    }

    /// <summary>Passes all marks without a backward: another rank has one micro-batch more.</summary>
    public void PassCollective()
    {
        foreach (var mark in _layout.Buckets.Select(bucket => bucket.Mark).OrderDescending())
            ReachedCollective(mark);
    }

    /// <summary>Ends a lane of this rank.</summary>
    public void AddLane() => _lanes?.AddLane();

    /// <summary>Adds what has not been added across ranks; afterwards this rank's parts are complete.</summary>
    public void ReduceScatterCollective()
    {
        if (IsSharded)
            return;
        // In the order of backward, as it will be where this goes on beside it.
        for (var i = _layout.Buckets.Count - 1; i >= 0; i--)
            _reduction.ReduceScatterCollective(i, Sums, _layout.Buckets[i].Offset);
    }

    public void Dispose()
    {
        Sums.Dispose();
        _lanes?.Dispose();
        _work?.Dispose();
        _wide?.Dispose();
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

    private long WorkPlace(Bucket bucket) => bucket.Mark == Bucket.AtTheEnd ? bucket.Offset : EmbeddingElements;
}
