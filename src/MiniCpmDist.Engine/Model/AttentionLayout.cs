using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>Where the positions of a micro-batch stand, and which of them attend together.</summary>
internal sealed class AttentionLayout : IDisposable
{
    private AttentionLayout(RotaryPositions rotary, long[]? windows, Tensor[] masks)
    {
        Rotary = rotary;
        Windows = windows;
        Masks = masks;
    }

    public RotaryPositions Rotary { get; }

    /// <summary>
    /// Positions of each window of the micro-batch as one long row; null where every row is one segment, so that the
    /// rows can be a batch.
    /// </summary>
    public long[]? Windows { get; }

    /// <summary>
    /// Added to the scores <c>[length, length]</c> of each window (or of all rows): minus infinity where a key lies
    /// after its query or in another segment, else 0.
    /// </summary>
    public Tensor[] Masks { get; }

    public static AttentionLayout WholeRows(long length, Rotary rotary, long span, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        return new AttentionLayout(
            RotaryPositions.Create(length, rotary, span, dtype),
            null,
            [ScalarMath.Filled(length, length, double.NegativeInfinity, dtype).triu(1).DetachFromDisposeScope()]);
    }

    /// <summary>
    /// The layout of segments inside rows of this one. Window masks are its mask's corner, or small tables: nothing
    /// here grows with the square of a row.
    /// </summary>
    public AttentionLayout Packed(SegmentLengths segmentLengths)
    {
        var windows = AttentionWindow.Of(segmentLengths);
        return new AttentionLayout(
            Rotary.At([.. segmentLengths.Positions()]),
            [.. windows.Select(window => (long)window.Length)],
            [.. windows.Select(window => MaskOf(window).DetachFromDisposeScope())]);
    }

    private Tensor MaskOf(AttentionWindow window)
    {
        long length = window.Length;
        if (window.Segments.Count == 1)
        {
            using var rows = Masks[0].narrow(0, 0, length);
            return rows.narrow(1, 0, length);
        }
        var mask = new double[length * length];
        Array.Fill(mask, double.NegativeInfinity);
        var (first, stem) = (0, 0);
        for (var segment = 0; segment < window.Segments.Count; segment++)
        {
            if (window.Segments.Branches[segment] == 0)
                stem = first;
            for (var i = 0; i < window.Segments[segment]; i++)
            {
                mask.AsSpan((first + i) * window.Length + stem, window.Segments.StemLength(segment)).Clear();
                mask.AsSpan((first + i) * window.Length + first, i + 1).Clear();
            }
            first += window.Segments[segment];
        }
        return tensor(mask, [length, length], Masks[0].dtype);
    }

    public void Dispose()
    {
        Rotary.Dispose();
        foreach (var mask in Masks)
            mask.Dispose();
    }
}
