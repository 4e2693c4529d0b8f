using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Kernels;

namespace MiniCpmDist.Engine.Optimization;

/// <summary>
/// AdamW with decoupled weight decay over this rank's parts of the flat buffers; no parameter is exempt from decay, and
/// hidden matrices take the learning rate (and with it the decay) divided by d_m / d_base, as the published training
/// code does. Moments exist for these parts only.
/// </summary>
public sealed class FlatAdamW : IDisposable
{
    private readonly OptimizerOptions _options;
    private readonly FlatParameters _parameters;
    private readonly FlatGradients _gradients;
    private readonly double _matrixScale;
    private readonly RankSlices _owned;

    public FlatAdamW(
        OptimizerOptions options, FlatParameters parameters, FlatGradients gradients, double scaleWidth,
        RankSlices owned)
    {
        _options = options;
        _parameters = parameters;
        _gradients = gradients;
        _matrixScale = 1 / scaleWidth;
        _owned = owned;
        FirstMoments = new FlatBuffer(owned.Count);
        SecondMoments = new FlatBuffer(owned.Count);
    }

    /// <summary>Running mean of gradients, for the owned parts, one after the other.</summary>
    public FlatBuffer FirstMoments { get; }

    /// <summary>Running mean of squared gradients, for the owned parts, one after the other.</summary>
    public FlatBuffer SecondMoments { get; }

    /// <summary>Updates the owned parts of the parameters.</summary>
    /// <param name="step">1-based number of this update.</param>
    /// <param name="learningRate">Of the full group; before the division for matrices.</param>
    /// <param name="gradientScale">What clipping leaves of the gradients, 0 .. 1.</param>
    public void Update(long step, double learningRate, double gradientScale)
    {
        var update = new AdamWStep(
            LearningRate: 0,
            (float)_options.Beta1,
            (float)_options.Beta2,
            (float)_options.Epsilon,
            (float)_options.WeightDecay,
            (float)gradientScale,
            (float)(1 - Math.Pow(_options.Beta1, step)),
            (float)(1 - Math.Pow(_options.Beta2, step)));
        foreach (var (bucket, part) in _owned.Parts.Index())
        {
            var (values, at) = _parameters.MasterWeights(bucket);
            var (gradients, moments) = (_gradients.PlaceOf(bucket), _owned.PlaceOf(bucket));
            foreach (var (first, count, group) in RunsOfOneGroup(part))
            {
                if (group == LearningRateGroup.Frozen)
                    continue;
                var rate = group == LearningRateGroup.Matrix ? learningRate * _matrixScale : learningRate;
                FlatMath.AdamW(
                    (values, at + first),
                    (_gradients.Sums, gradients + first),
                    (FirstMoments, moments + first),
                    (SecondMoments, moments + first),
                    count,
                    update with { LearningRate = (float)rate });
            }
        }
        _parameters.RoundOwned();
    }

    public void Dispose()
    {
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }

    /// <summary>Cuts a part where the learning-rate group changes; always at a chunk boundary.</summary>
    /// <returns>The first element, counted from the part's beginning, and elements.</returns>
    private IEnumerable<(long First, long Count, LearningRateGroup Group)> RunsOfOneGroup(
        (long Offset, long Count) part)
    {
        var end = part.Offset + part.Count;
        for (var start = part.Offset; start < end;)
        {
            var group = _parameters.Layout.GroupOfChunk(start / FlatLayout.ChunkSize);
            var stop = start + FlatLayout.ChunkSize;
            while (stop < end && _parameters.Layout.GroupOfChunk(stop / FlatLayout.ChunkSize) == group)
                stop += FlatLayout.ChunkSize;
            yield return (start - part.Offset, stop - start, group);
            start = stop;
        }
    }
}
