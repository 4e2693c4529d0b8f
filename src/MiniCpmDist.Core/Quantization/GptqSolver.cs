using System.Numerics;
using System.Runtime.InteropServices;

namespace MiniCpmDist.Core.Quantization;

/// <summary>
/// GPTQ (arXiv 2210.17323) for some rows of a matrix: column by column a weight is rounded, and what that costs is made
/// up for by the columns that are not rounded yet. Rows do not depend on each other, so any cut into rows gives the
/// same codes.
/// </summary>
/// <param name="upper">U with UᵀU = H⁻¹, row-major, in the order of the columns.</param>
/// <param name="plan">Order and groups of the columns.</param>
/// <param name="grid">Makes a group's grid from its weights.</param>
/// <param name="fixesGrids">True where the weights as they were decide the grids.</param>
public sealed class GptqSolver(double[] upper, ColumnPlan plan, Func<double[], GroupGrid> grid, bool fixesGrids)
{
    /// <param name="weights"><c>[rows, columns]</c> in the matrix's own order of columns.</param>
    /// <param name="codes">Takes the codes, <c>[rows, columns]</c>.</param>
    /// <param name="grids">Takes the grids, <c>[rows, groups]</c>.</param>
    public void Solve(ReadOnlySpan<double> weights, Span<byte> codes, Span<GroupGrid> grids)
    {
        var columns = plan.Columns;
        var rows = weights.Length / columns;
        var moved = new double[weights.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var place = 0; place < columns; place++)
                moved[row * columns + place] = weights[row * columns + plan.Order[place]];
        }
        if (fixesGrids)
            RoundToNearest(weights, [], grids);
        for (var place = 0; place < columns; place++)
        {
            if (!fixesGrids && place % plan.Group == 0)
                SetGrids(moved, place, grids);
            var factors = upper.AsSpan(place * columns, columns);
            for (var row = 0; row < rows; row++)
            {
                var line = moved.AsSpan(row * columns, columns);
                var own = grids[row * plan.Groups + plan.GroupAt(place)];
                var code = own.Code(line[place]);
                codes[row * columns + plan.Order[place]] = (byte)code;
                Subtract(line, factors, place + 1, (line[place] - own.Value(code)) / factors[place]);
            }
        }
    }

    /// <summary>Rounds each weight by itself.</summary>
    /// <param name="weights"><c>[rows, columns]</c>.</param>
    /// <param name="codes">Takes the codes, or is empty where only the grids are wanted.</param>
    /// <param name="grids">Takes the grids.</param>
    public void RoundToNearest(ReadOnlySpan<double> weights, Span<byte> codes, Span<GroupGrid> grids)
    {
        var columns = plan.Columns;
        var members = new double[plan.Group];
        for (var row = 0; row < weights.Length / columns; row++)
        {
            var line = weights.Slice(row * columns, columns);
            for (var group = 0; group < plan.Groups; group++)
            {
                var places = plan.ColumnsOf(group);
                for (var i = 0; i < members.Length; i++)
                    members[i] = line[places[i]];
                var own = grid(members);
                grids[row * plan.Groups + group] = own;
                foreach (var column in codes.IsEmpty ? [] : places)
                    codes[row * columns + column] = (byte)own.Code(line[column]);
            }
        }
    }

    private void SetGrids(double[] moved, int place, Span<GroupGrid> grids)
    {
        for (var row = 0; row < moved.Length / plan.Columns; row++)
        {
            grids[row * plan.Groups + plan.GroupAt(place)] =
                grid(moved.AsSpan(row * plan.Columns + place, plan.Group).ToArray());
        }
    }

    // Element by element, so the width of a vector changes no bit.
    private static void Subtract(Span<double> line, ReadOnlySpan<double> factors, int from, double error)
    {
        var left = line[from..];
        var right = factors[from..];
        var wide = MemoryMarshal.Cast<double, Vector<double>>(left);
        var other = MemoryMarshal.Cast<double, Vector<double>>(right);
        for (var i = 0; i < wide.Length; i++)
            wide[i] -= other[i] * error;
        for (var i = wide.Length * Vector<double>.Count; i < left.Length; i++)
            left[i] -= right[i] * error;
    }
}
