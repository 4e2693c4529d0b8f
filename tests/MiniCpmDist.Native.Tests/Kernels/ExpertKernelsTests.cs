using System.Runtime.InteropServices;
using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Kernels;

/// <summary>Each against formulas in float64, for every instruction set and for rows that fill no vector.</summary>
public sealed class ExpertKernelsTests : IDisposable
{
    private const float Scale = 0.75f;
    private readonly string _picked = InstructionSet.Current;

    public static TheoryData<string, int, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int, int>();
        foreach (var set in Rows.Sets())
        {
            foreach (var (tokens, perToken, width) in ((int, int, int)[])
                [(1, 1, 1), (3, 2, 7), (33, 3, 24), (70, 2, 128), (5, 4, 321)])
                cases.Add(set, tokens, perToken, width);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_rows_of_a_token_are_added_with_their_weights_and_have_the_same_bits_on_three_threads(
        string set, int tokens, int perToken, int width)
    {
        InstructionSet.Use(set);
        var count = tokens * perToken;
        var (rows, residual) = (Rows.Normal(1, count * width), Rows.Normal(2, tokens * width));
        var weights = Rows.Normal(3, count);
        long[] places = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        new Random(4).Shuffle(places);

        var found = Combine(rows, places, weights, residual, perToken, width, threads: 1);
        var plain = Combine(rows, places, null, residual, perToken, width, threads: 1);

        Rows.RequireClose(Expected(weights), found, 2e-7);
        Rows.RequireClose(Expected(null), plain, 2e-7);
        Assert.Equal(found, Combine(rows, places, weights, residual, perToken, width, threads: 3));

        double[] Expected(float[]? by) =>
        [
            .. Enumerable.Range(0, tokens * width).Select(i => residual[i] + Scale * Enumerable.Range(0, perToken)
                .Select(slot => places[slot * tokens + i / width])
                .Sum(place => (by is null ? 1.0 : by[place]) * rows[place * width + i % width])),
        ];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_weighted_row_goes_back_to_gates_ups_and_its_weight(string set, int tokens, int perToken, int width)
    {
        InstructionSet.Use(set);
        var rows = tokens * perToken;
        var (gateUp, upstream) = (Rows.Normal(5, 2 * rows * width, 3), Rows.Normal(6, rows * width));
        var weights = Rows.Normal(7, rows);

        var (back, product, slopes) = Back(gateUp, upstream, weights, width, threads: 1);

        var (expectedBack, expectedProduct, expectedSlopes) = Reference(gateUp, upstream, weights, width);
        Rows.RequireClose(expectedBack, back, 1e-6);
        Rows.RequireClose(expectedProduct, product, 1e-6);
        Rows.RequireClose(expectedSlopes, slopes, 2e-6);
        var together = Back(gateUp, upstream, weights, width, threads: 3);
        Assert.Equal(back, together.GateUp);
        Assert.Equal(slopes, together.Slopes);
    }

    [Fact]
    public void A_place_that_no_row_has_is_refused_with_a_sentence()
    {
        Assert.Contains("an id below 2, found 2", Refusal([0, 2]), StringComparison.Ordinal);
        Assert.Contains("an id below 2, found -1", Refusal([-1, 0]), StringComparison.Ordinal);

        static string Refusal(long[] places) => Assert.Throws<NativeException>(
            () => Combine(new float[2], places, null, new float[1], perToken: 2, width: 1, threads: 1)).Message;
    }

    public void Dispose() => InstructionSet.Use(_picked);

    private static float[] Combine(
        float[] rows, long[] places, float[]? weights, float[] residual, int perToken, int width, int threads)
    {
        using var from = new FloatArray(rows);
        using var by = new FloatArray(weights ?? []);
        using var to = new FloatArray(residual);
        var pinned = GCHandle.Alloc(places, GCHandleType.Pinned);
        ExpertKernels.Combine(
            from.Address, pinned.AddrOfPinnedObject(), weights is null ? 0 : by.Address, to.Address, to.Address,
            residual.Length / width, perToken, width, Scale, threads);
        pinned.Free();
        return to.Values.ToArray();
    }

    private static (float[] GateUp, float[] Product, float[] Slopes) Back(
        float[] gateUp, float[] upstream, float[] weights, int width, int threads)
    {
        using var gates = new FloatArray(gateUp);
        using var product = new FloatArray(upstream);
        using var by = new FloatArray(weights);
        using var slopes = new FloatArray(new float[weights.Length]);
        SwiGluKernels.BackwardWeighted(
            gates.Address, product.Address, by.Address, slopes.Address, weights.Length, width, threads);
        return (gates.Values.ToArray(), product.Values.ToArray(), slopes.Values.ToArray());
    }

    private static (double[] GateUp, double[] Product, double[] Slopes) Reference(
        float[] gateUp, float[] upstream, float[] weights, int width)
    {
        var (back, product) = (new double[gateUp.Length], new double[upstream.Length]);
        var slopes = new double[weights.Length];
        for (var i = 0; i < upstream.Length; i++)
        {
            var (row, at) = (i / width, i / width * 2 * width + i % width);
            double gate = gateUp[at], up = gateUp[at + width];
            var share = 1 / (1 + Math.Exp(-gate));
            var through = (double)upstream[i] * weights[row];
            product[i] = gate * share * up * weights[row];
            slopes[row] += upstream[i] * gate * share * up;
            back[at] = through * up * share * (1 + gate * (1 - share));
            back[at + width] = through * gate * share;
        }
        return (back, product, slopes);
    }
}
