using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.ModelShape;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Kernels;

namespace MiniCpmDist.Engine.Optimization;

/// <summary>
/// AdamW with decoupled weight decay over this rank's slice of the flat buffers; no parameter is exempt from decay, and
/// hidden matrices take the learning rate (and with it the decay) divided by d_m / d_base, as the published training
/// code does. Moments exist for the slice only.
/// </summary>
public sealed class FlatAdamW : IDisposable
{
    private readonly OptimizerOptions _options;
    private readonly FlatParameters _parameters;
    private readonly double _matrixScale;
    private readonly (long Offset, long Count) _owned;

    public FlatAdamW(
        OptimizerOptions options, FlatParameters parameters, double scaleWidth, (long Offset, long Count) owned)
    {
        _options = options;
        _parameters = parameters;
        _matrixScale = 1 / scaleWidth;
        _owned = owned;
        FirstMoments = new FloatBuffer(owned.Count);
        SecondMoments = new FloatBuffer(owned.Count);
    }

    /// <summary>Running mean of gradients, for the owned slice.</summary>
    public FloatBuffer FirstMoments { get; }

    /// <summary>Running mean of squared gradients, for the owned slice.</summary>
    public FloatBuffer SecondMoments { get; }

    /// <summary>Updates the owned slice of the parameters.</summary>
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
        foreach (var (offset, count, group) in RunsOfOneGroup())
        {
            var rate = group == LearningRateGroup.Matrix ? learningRate * _matrixScale : learningRate;
            VectorKernels.AdamW(
                _parameters.Values.At(offset),
                _parameters.Gradients.At(offset),
                FirstMoments.At(offset - _owned.Offset),
                SecondMoments.At(offset - _owned.Offset),
                count,
                update with { LearningRate = (float)rate });
        }
    }

    public void Dispose()
    {
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }

    /// <summary>Cuts the owned slice where the learning-rate group changes; always at a chunk boundary.</summary>
    private IEnumerable<(long Offset, long Count, LearningRateGroup Group)> RunsOfOneGroup()
    {
        var end = _owned.Offset + _owned.Count;
        for (var start = _owned.Offset; start < end;)
        {
            var group = _parameters.Layout.GroupOfChunk(start / FlatLayout.ChunkSize);
            var stop = start + FlatLayout.ChunkSize;
            while (stop < end && _parameters.Layout.GroupOfChunk(stop / FlatLayout.ChunkSize) == group)
                stop += FlatLayout.ChunkSize;
            yield return (start, stop - start, group);
            start = stop;
        }
    }
}
