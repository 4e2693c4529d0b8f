using MiniCpmDist.Core.Quantization;

namespace MiniCpmDist.Core.Tests.Quantization;

public sealed class GptqSolverTests
{
    private static readonly QuantizationOptions s_options = new() { Group = 4 };

    [Fact]
    public void A_symmetric_grid_reaches_eight_steps_down_and_seven_up_and_its_scale_is_a_float16()
    {
        var grid = GroupGrid.Symmetric([-0.3, 0.1]);
        Assert.Equal((float)(Half)0.04, grid.Scale);
        Assert.Equal([0, 8, 15], new[] { -0.32, 0, 0.3 }.Select(grid.Code));
        // A group without a negative weight has the same grid: half of it would be lost otherwise.
        Assert.Equal(grid, GroupGrid.Symmetric([0.3, 0.1]));
        Assert.True(GroupGrid.Symmetric([0, 0]).Scale > 0);
    }

    [Fact]
    public void The_grid_of_the_paper_has_both_ends_of_a_group()
    {
        var grid = GroupGrid.Asymmetric([-1, 0.2, 2]);
        Assert.Equal([0, 15], new[] { -1.0, 2 }.Select(grid.Code));
        Assert.Equal(-1, grid.Value(0), 1e-6);
        Assert.Equal(2, grid.Value(15), 1e-6);
    }

    [Fact]
    public void Without_correlations_gptq_rounds_each_weight_by_itself()
    {
        var (weights, plan) = (Weights(3, 8), ColumnPlan.Of(new double[8], s_options));
        var solver = new GptqSolver(Identity(8), plan, members => GroupGrid.Symmetric(members), fixesGrids: false);
        var (codes, nearest, grids) = (new byte[24], new byte[24], new GroupGrid[6]);
        solver.Solve(weights, codes, grids);
        solver.RoundToNearest(weights, nearest, grids);
        Assert.Equal(nearest, codes);
    }

    [Fact]
    public void The_next_column_makes_up_for_what_rounding_has_cost()
    {
        // H = [[1, 1], [1, 1 + d]] with a small d: only the sum of both weights matters.
        const double D = 0.01;
        // H⁻¹ = UᵀU with U = [[a, b], [0, c]].
        var a = Math.Sqrt((1 + D) / D);
        double[] upper = [a, -1 / D / a, 0, Math.Sqrt(1 / D - 1 / D / D / a / a)];
        var plan = ColumnPlan.Of([1, 1 + D], new QuantizationOptions { Group = 2 });
        var solver = new GptqSolver(upper, plan, _ => new GroupGrid(1, 8), fixesGrids: false);
        var (codes, nearest, grids) = (new byte[2], new byte[2], new GroupGrid[1]);
        solver.Solve([0.4, 0.4], codes, grids);
        solver.RoundToNearest([0.4, 0.4], nearest, grids);
        Assert.Equal([8, 8], nearest);
        // 0.4 + 0.4 is nearer to 1 than to 0.
        Assert.Equal([8, 9], codes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_have_the_same_codes_alone_and_together(bool fixesGrids)
    {
        var weights = Weights(5, 8);
        var plan = ColumnPlan.Of(
            [1, 5, 2, 4, 3, 8, 7, 6], s_options with { ActOrder = true, StaticGroups = fixesGrids });
        var upper = Identity(8);
        for (var i = 0; i < 8; i++)
        {
            for (var j = i + 1; j < 8; j++)
                upper[i * 8 + j] = 0.3 / (j - i);
        }
        var solver = new GptqSolver(upper, plan, members => GroupGrid.Symmetric(members), fixesGrids);
        var (together, grids) = (new byte[40], new GroupGrid[10]);
        solver.Solve(weights, together, grids);
        for (var row = 0; row < 5; row++)
        {
            var (alone, own) = (new byte[8], new GroupGrid[2]);
            solver.Solve(weights.AsSpan(row * 8, 8), alone, own);
            Assert.Equal(together.AsSpan(row * 8, 8).ToArray(), alone);
            Assert.Equal(grids.AsSpan(row * 2, 2).ToArray(), own);
        }
    }

    [Fact]
    public void Columns_with_large_inputs_go_first_and_only_static_groups_stay_together()
    {
        double[] sizes = [1, 5, 2, 4, 3, 8, 7, 6];
        var moved = ColumnPlan.Of(sizes, s_options with { ActOrder = true });
        Assert.Equal([5, 6, 7, 1, 3, 4, 2, 0], moved.Order);
        Assert.Equal([1, 0, 1, 1, 1, 0, 0, 0], moved.GroupOf);
        var fixedGroups = ColumnPlan.Of(sizes, s_options with { ActOrder = true, StaticGroups = true });
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], fixedGroups.GroupOf);
    }

    private static double[] Weights(int rows, int columns)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextDouble() - 0.5)];
    }

    private static double[] Identity(int size)
    {
        var matrix = new double[size * size];
        for (var i = 0; i < size; i++)
            matrix[i * size + i] = 1;
        return matrix;
    }
}
