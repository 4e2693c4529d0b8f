using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Position tables and masks, kept for the row length and for the segments that were asked for last; owned by this
/// object.
/// </summary>
/// <param name="rotary">The angles of positions.</param>
/// <param name="window">As <see cref="MiniCpmForCausalLM.Window"/>.</param>
/// <param name="dtype">Of the model.</param>
internal sealed class AttentionLayouts(Rotary rotary, long window, ScalarType dtype) : IDisposable
{
    private long _rowLength;
    private AttentionLayout? _wholeRows;
    private SegmentLengths? _segmentLengths;
    private AttentionLayout? _packed;
    private long _packedLength;

    /// <param name="rows">Rows of the micro-batch.</param>
    /// <param name="rowLength">Positions of a row.</param>
    /// <param name="segmentLengths">Segments of all rows, in order; null: every row is one.</param>
    /// <exception cref="ArgumentException">The segments do not fit the rows.</exception>
    public AttentionLayout For(long rows, long rowLength, SegmentLengths? segmentLengths)
    {
        if (segmentLengths is null)
            return WholeRows(rowLength);
        AttentionWindow.RequireRows(segmentLengths, rows, rowLength);
        // Segments that fill the rows and are as many must be the rows.
        return segmentLengths.Count == rows ? WholeRows(rowLength) : Packed(rowLength, segmentLengths);
    }

    private AttentionLayout WholeRows(long rowLength)
    {
        if (_wholeRows is null || _rowLength != rowLength)
        {
            _wholeRows?.Dispose();
            _wholeRows = AttentionLayout.WholeRows(rowLength, rotary, Math.Max(window, rowLength), dtype);
            _rowLength = rowLength;
        }
        return _wholeRows;
    }

    private AttentionLayout Packed(long rowLength, SegmentLengths segmentLengths)
    {
        if (_packed is null || rowLength != _packedLength || !segmentLengths.Equals(_segmentLengths))
        {
            _packed?.Dispose();
            _packed = WholeRows(rowLength).Packed(segmentLengths);
            (_segmentLengths, _packedLength) = (segmentLengths, rowLength);
        }
        return _packed;
    }

    public void Dispose()
    {
        _wholeRows?.Dispose();
        _packed?.Dispose();
    }
}
