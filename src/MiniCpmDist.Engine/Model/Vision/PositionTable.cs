using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Tensors;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>Rows of a learned table for a square of positions, brought to a grid of another size.</summary>
internal static class PositionTable
{
    /// <param name="table"><c>[1, side², width]</c>, row by row.</param>
    /// <param name="shape">Of the encoder.</param>
    /// <param name="rows">Of the grid.</param>
    /// <param name="columns">Of the grid.</param>
    /// <returns><c>[rows · columns, width]</c>, in the table's type; the caller's scope owns it.</returns>
    public static Tensor For(Tensor table, VisionShape shape, long rows, long columns) =>
        shape.Positions == PositionRule.Interpolated
            ? Interpolated(table, shape.TableSide, (int)rows, (int)columns)
            : Nearest(table, shape.TableSide, rows, columns);

    /// <summary>
    /// The rows of the table that <paramref name="count"/> places take: how many of the borders k / side are not above
    /// i / count, in float32. Both lists are the tensor library's own, because exact ties depend on their rounding.
    /// </summary>
    internal static long[] NearestRows(int side, long count)
    {
        using var scope = NewDisposeScope();
        var places = ScalarMath.Steps(0, 1 - 1e-6, 1.0 / count);
        var borders = ScalarMath.Steps(1.0 / side, 1, 1.0 / side);
        return [.. bucketize(places, borders, right: true).data<long>()];
    }

    private static Tensor Nearest(Tensor table, int side, long rows, long columns)
    {
        using var scope = NewDisposeScope();
        var across = NearestRows(side, columns);
        long[] places = [.. NearestRows(side, rows).SelectMany(row => across.Select(column => row * side + column))];
        return table.view(side * side, -1).index_select(0, tensor(places)).MoveToOuterDisposeScope();
    }

    /// <summary>As the tensor library's bicubic interpolation with antialias; float32 at least.</summary>
    private static Tensor Interpolated(Tensor table, int side, int rows, int columns)
    {
        using var scope = NewDisposeScope();
        var type = table.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var wide = table.to(type);
        var down = tensor(CubicTaps.Matrix(side, rows), [rows, side], dtype: type);
        var across = tensor(CubicTaps.Matrix(side, columns), [columns, side], dtype: type);
        var low = down.mm(wide.view(side, -1));                                     // [rows, side · width]
        var width = table.shape[2];
        return across.unsqueeze(0).expand(rows, columns, side)
            .bmm(low.view(rows, side, width))                                       // [rows, columns, width]
            .view(rows * columns, width)
            .to(table.dtype)
            .MoveToOuterDisposeScope();
    }
}
