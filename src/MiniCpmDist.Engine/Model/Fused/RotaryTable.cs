using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// Cosines and sines of the angles of <see cref="Rotary"/> for the fused attention, float32
/// <c>[positions, head_dim/2]</c>. Angles are computed in float64 and rounded once, as those of
/// <see cref="RotaryPositions"/>.
/// </summary>
internal sealed class RotaryTable : IDisposable
{
    private readonly Tensor _cos;
    private readonly Tensor _sin;

    private RotaryTable(Tensor cos, Tensor sin)
    {
        _cos = cos;
        _sin = sin;
    }

    /// <summary>Rows of the table.</summary>
    public long Positions => _cos.shape[0];

    internal nint Cos => TensorAddress.Of(_cos);

    internal nint Sin => TensorAddress.Of(_sin);

    /// <summary>Positions 0 .. <paramref name="positions"/> - 1; the caller owns it.</summary>
    /// <param name="positions">Rows of the table.</param>
    /// <param name="rotary">The angles.</param>
    /// <param name="span">Positions of the whole sequence, which may decide them.</param>
    public static RotaryTable Create(long positions, Rotary rotary, long span)
    {
        var half = rotary.HeadDim / 2;
        var (frequencies, scale) = (rotary.Frequencies(span), rotary.Scale);
        var cos = new float[positions * half];
        var sin = new float[positions * half];
        for (var i = 0L; i < cos.LongLength; i++)
        {
            var angle = i / half * frequencies[i % half];
            (cos[i], sin[i]) = ((float)(scale * Math.Cos(angle)), (float)(scale * Math.Sin(angle)));
        }
        return new RotaryTable(
            tensor(cos, [positions, half], ScalarType.Float32).DetachFromDisposeScope(),
            tensor(sin, [positions, half], ScalarType.Float32).DetachFromDisposeScope());
    }

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}
