using MiniCpmDist.Core.Model;
using MiniCpmDist.Native.Kernels;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// What fused attention takes beside its rows: segments, and a table of positions as long as was ever asked, or as long
/// as the rows where their length decides the angles.
/// </summary>
/// <param name="shape">Of the model.</param>
/// <param name="window">As <see cref="MiniCpmForCausalLM.Window"/>.</param>
internal sealed class FusedLayouts(ModelShape shape, long window) : IDisposable
{
    private readonly Rotary _angles = shape.Rotary;
    private RotaryTable? _rotary;
    private long _span;

    /// <param name="rows">Rows of the micro-batch.</param>
    /// <param name="rowLength">Positions of a row.</param>
    /// <param name="segmentLengths">Segments of all rows, in order; null: every row is one.</param>
    /// <exception cref="ArgumentException">The segments do not fit the rows.</exception>
    public (AttentionCall Call, RotaryTable Rotary) For(
        long rows, long rowLength, SegmentLengths? segmentLengths)
    {
        if (segmentLengths is not null)
            AttentionWindow.RequireRows(segmentLengths, rows, rowLength);
        int[] segments = segmentLengths is null
            ? [.. Enumerable.Repeat(checked((int)rowLength), checked((int)rows))]
            : [.. segmentLengths];
        var span = Math.Max(window, rowLength);
        if (_rotary is null || _rotary.Positions < rowLength || (shape.RopeScaling.DependsOnLength && _span != span))
        {
            _rotary?.Dispose();
            (_rotary, _span) = (RotaryTable.Create(rowLength, _angles, span), span);
        }
        return (
            new AttentionCall(shape.Heads, shape.KeyValueHeads, shape.HeadDim, segments, get_num_threads())
            {
                Branches = segmentLengths is null ? null : [.. segmentLengths.Branches],
            },
            _rotary);
    }

    public void Dispose() => _rotary?.Dispose();
}
