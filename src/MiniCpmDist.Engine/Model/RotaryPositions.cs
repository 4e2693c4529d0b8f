using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Rotary embedding (rotate-half layout): dimension i of a head turns with dimension i + head_dim/2 by the angle that
/// <see cref="Rotary"/> gives. Angles are computed in float64 and rounded once, to float32 at least.
/// </summary>
internal sealed class RotaryPositions : IDisposable
{
    private readonly Tensor _cos;
    private readonly Tensor _sin;

    private RotaryPositions(Tensor cos, Tensor sin)
    {
        _cos = cos;
        _sin = sin;
    }

    /// <summary>Positions 0 .. <paramref name="length"/> - 1 of a sequence.</summary>
    /// <param name="length">Positions of the table.</param>
    /// <param name="rotary">The angles.</param>
    /// <param name="span">Positions of the whole sequence, which may decide them.</param>
    /// <param name="dtype">Of the model.</param>
    public static RotaryPositions Create(long length, Rotary rotary, long span, ScalarType dtype)
    {
        var (headDim, half) = (rotary.HeadDim, rotary.HeadDim / 2);
        var (frequencies, scale) = (rotary.Frequencies(span), rotary.Scale);
        var cos = new double[length * headDim];
        var sin = new double[length * headDim];
        for (var position = 0L; position < length; position++)
        {
            for (var i = 0; i < half; i++)
            {
                var angle = position * frequencies[i];
                cos[position * headDim + i] = cos[position * headDim + half + i] = scale * Math.Cos(angle);
                // The first half is multiplied with the negated second half, so the sign lives in the table.
                sin[position * headDim + i] = -scale * Math.Sin(angle);
                sin[position * headDim + half + i] = scale * Math.Sin(angle);
            }
        }
        long[] tableShape = [length, headDim];
        var type = dtype == ScalarType.Float64 ? dtype : ScalarType.Float32;
        return new RotaryPositions(
            tensor(cos, tableShape, type).DetachFromDisposeScope(),
            tensor(sin, tableShape, type).DetachFromDisposeScope());
    }

    /// <summary>A table whose row i is the one of position <c>positions[i]</c> here, with the same bits.</summary>
    public RotaryPositions At(long[] positions)
    {
        using var indices = tensor(positions);
        return new RotaryPositions(
            _cos.index_select(0, indices).DetachFromDisposeScope(),
            _sin.index_select(0, indices).DetachFromDisposeScope());
    }

    /// <summary>The table of positions <paramref name="first"/> and so many on, in the same memory.</summary>
    public RotaryPositions From(long first, long count) => new(
        _cos.narrow(0, first, count).DetachFromDisposeScope(), _sin.narrow(0, first, count).DetachFromDisposeScope());

    /// <summary>Turns queries or keys <c>[batch, heads, seq, head_dim]</c>; same shape out.</summary>
    public Tensor Rotate(Tensor input)
    {
        using var scope = NewDisposeScope();
        var half = input.shape[^1] / 2;
        var swapped = cat([input.narrow(-1, half, half), input.narrow(-1, 0, half)], -1);
        var turned = (input * _cos).Plus(swapped * _sin);
        return (turned.dtype == input.dtype ? turned : turned.to(input.dtype)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}
