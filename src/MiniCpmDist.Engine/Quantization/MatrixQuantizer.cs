using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Quantization;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>
/// One matrix to four bits, given the products of its inputs. Strips of rows are shared by ranks and threads.
/// </summary>
internal sealed class MatrixQuantizer(QuantizationOptions options, RankShares ranks)
{
    private const int StripRows = 16;
    private const double MostDamping = 10;

    /// <param name="weights"><c>[out, in]</c>.</param>
    /// <param name="hessian">Sum of x·xᵀ over the inputs, <c>[in, in]</c>.</param>
    /// <param name="inputs">Columns.</param>
    public QuantizedMatrix QuantizeCollective(float[] weights, double[] hessian, int inputs)
    {
        var outputs = weights.Length / inputs;
        var diagonal = Enumerable.Range(0, inputs).Select(i => hessian[i * inputs + i]).ToArray();
        var plan = ColumnPlan.Of(diagonal, options);
        // A column that never had an input costs nothing, whatever its weights are.
        var kept = weights.Select((weight, i) => diagonal[i % inputs] == 0 ? 0.0 : weight).ToArray();
        var (upper, damping) = Factor(hessian, diagonal, plan);
        var solver = new GptqSolver(
            upper, plan, members => GroupGrid.Symmetric(members), options.StaticGroups);
        var study = new GptqSolver(upper, plan, members => GroupGrid.Asymmetric(members), options.StaticGroups);
        var codes = new byte[weights.Length];
        var grids = new GroupGrid[outputs * plan.Groups];
        var errors = new (double Own, double Nearest, double Study, double All)[outputs];
        var (ownStrip, ownStrips, each) = ranks.Stretch((outputs + StripRows - 1) / StripRows);
        ranks.Each(
            Enumerable.Range(ownStrip, ownStrips),
            strip =>
            {
                var first = strip * StripRows;
                var rows = Math.Min(StripRows, outputs - first);
                Strip(
                    kept.AsSpan(first * inputs, rows * inputs), codes.AsSpan(first * inputs, rows * inputs),
                    grids.AsSpan(first * plan.Groups, rows * plan.Groups), errors.AsSpan(first, rows));
            });
        ranks.FillCollective(codes, each * StripRows * inputs);
        ranks.FillCollective(grids, each * StripRows * plan.Groups);
        ranks.FillCollective(errors, each * StripRows);
        var all = errors.Sum(row => row.All);
        return new QuantizedMatrix(
            Pack(codes, grids, plan, outputs), Share(errors.Sum(row => row.Own)), Share(errors.Sum(row => row.Nearest)),
            options.Studies ? Share(errors.Sum(row => row.Study)) : null, damping);

        double Share(double error) => all == 0 ? 0 : error / all;

        void Strip(
            ReadOnlySpan<double> own, Span<byte> ownCodes, Span<GroupGrid> ownGrids,
            Span<(double Own, double Nearest, double Study, double All)> costs)
        {
            solver.Solve(own, ownCodes, ownGrids);
            var (nearCodes, nearGrids) = (new byte[own.Length], new GroupGrid[ownGrids.Length]);
            solver.RoundToNearest(own, nearCodes, nearGrids);
            var (studyCodes, studyGrids) = (new byte[own.Length], new GroupGrid[ownGrids.Length]);
            if (options.Studies)
                study.Solve(own, studyCodes, studyGrids);
            for (var row = 0; row < costs.Length; row++)
            {
                var (at, grid) = (row * inputs, row * plan.Groups);
                var line = own.Slice(at, inputs);
                var cost = Cost(line, ownCodes.Slice(at, inputs), ownGrids.Slice(grid, plan.Groups), plan, hessian);
                var near = Cost(
                    line, nearCodes.AsSpan(at, inputs), nearGrids.AsSpan(grid, plan.Groups), plan, hessian);
                var other = options.Studies
                    ? Cost(line, studyCodes.AsSpan(at, inputs), studyGrids.AsSpan(grid, plan.Groups), plan, hessian)
                    : 0;
                // GPTQ is greedy: a row may come out worse than by rounding, which is taken then.
                if (near < cost || options.RoundsToNearest)
                {
                    nearCodes.AsSpan(at, inputs).CopyTo(ownCodes.Slice(at, inputs));
                    nearGrids.AsSpan(grid, plan.Groups).CopyTo(ownGrids.Slice(grid, plan.Groups));
                }
                var taken = options.RoundsToNearest ? near : Math.Min(cost, near);
                costs[row] = (taken, near, other, Product(line, hessian));
            }
        }
    }

    private (double[] Upper, double Damping) Factor(double[] hessian, double[] diagonal, ColumnPlan plan)
    {
        var size = plan.Columns;
        var mean = diagonal.Average();
        var ordered = new double[hessian.Length];
        for (var damping = options.Damping; damping <= MostDamping; damping *= 2)
        {
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                    ordered[i * size + j] = hessian[plan.Order[i] * size + plan.Order[j]];
                if (ordered[i * size + i] == 0)
                    ordered[i * size + i] = 1;
                ordered[i * size + i] += damping * (mean == 0 ? 1 : mean);
            }
            if (InverseFactor.Of(ordered, size, ranks.Threads) is { } upper)
                return (upper, damping);
        }
        throw new InvalidOperationException("The products of the inputs are not finite: the model is spoilt.");
    }

    private GptqMatrix Pack(byte[] codes, GroupGrid[] grids, ColumnPlan plan, int outputs)
    {
        var scales = new Half[grids.Length];
        for (var output = 0; output < outputs; output++)
        {
            for (var group = 0; group < plan.Groups; group++)
                scales[group * outputs + output] = (Half)grids[output * plan.Groups + group].Scale;
        }
        var zeros = new int[plan.Groups * (outputs / 8)];
        Array.Fill(zeros, GptqPacking.SymmetricZeros(options.Layout));
        return new GptqMatrix(
            outputs, plan.Columns, options.Layout, GptqPacking.Pack(codes, outputs, plan.Columns), zeros, scales,
            plan.GroupOf);
    }

    private static double Cost(
        ReadOnlySpan<double> line, ReadOnlySpan<byte> codes, ReadOnlySpan<GroupGrid> grids, ColumnPlan plan,
        double[] hessian)
    {
        var difference = new double[line.Length];
        for (var i = 0; i < line.Length; i++)
            difference[i] = line[i] - grids[plan.GroupOf[i]].Value(codes[i]);
        return Product(difference, hessian);
    }

    /// <summary>v·H·vᵀ.</summary>
    private static double Product(ReadOnlySpan<double> vector, double[] hessian)
    {
        var total = 0.0;
        for (var i = 0; i < vector.Length; i++)
        {
            if (vector[i] == 0)
                continue;
            total += InverseFactor.Dot(hessian.AsSpan(i * vector.Length, vector.Length), vector) * vector[i];
        }
        return total;
    }
}
