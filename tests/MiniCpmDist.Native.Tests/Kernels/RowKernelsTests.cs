using System.Runtime.InteropServices;
using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Kernels;

/// <summary>Each against formulas in float64, for every instruction set and for rows that fill no vector.</summary>
public sealed class RowKernelsTests : IDisposable
{
    private const float Epsilon = 1e-5f;
    private const float Scale = 0.8f;
    private readonly string _picked = InstructionSet.Current;

    /// <summary>Rows and their width; vectors are 16 long at most, and sums over rows go in blocks of 32.</summary>
    private static readonly (int Rows, int Width)[] s_shapes =
        [(1, 1), (3, 7), (33, 24), (70, 128), (5, 321), (64, 64), (2, 1000), (129, 15)];

    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (var set in Rows.Sets())
        {
            foreach (var (rows, width) in s_shapes)
                cases.Add(set, rows, width);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RMSNorm_and_its_gradients_are_those_of_float64_and_have_the_same_bits_on_three_threads(
        string set, int rows, int width)
    {
        InstructionSet.Use(set);
        var (x, weight) = (Rows.Normal(1, rows * width, 3), Rows.Normal(2, width));
        var (dy, residual) = (Rows.Normal(3, rows * width), Rows.Normal(4, rows * width));

        var found = Norm(x, weight, dy, residual, rows, width, threads: 1);

        var expected = NormReference(x, weight, dy, residual, rows, width);
        Rows.RequireClose(expected.Y, found.Y, 5e-7);
        Rows.RequireClose(expected.Dx, found.Dx, 1e-6);
        Rows.RequireClose(expected.WeightGradient, found.WeightGradient, 2e-6);
        var together = Norm(x, weight, dy, residual, rows, width, threads: 3);
        Assert.Equal((found.Y, found.Dx, found.WeightGradient), (together.Y, together.Dx, together.WeightGradient),
            (a, b) => a.Y.AsSpan().SequenceEqual(b.Y) && a.Dx.AsSpan().SequenceEqual(b.Dx)
                && a.WeightGradient.AsSpan().SequenceEqual(b.WeightGradient));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void SwiGLU_and_its_gradients_are_those_of_float64_and_have_the_same_bits_on_three_threads(
        string set, int rows, int width)
    {
        InstructionSet.Use(set);
        // Gates to beyond 88 on both sides, where an exponential leaves float32.
        var (gateUp, gradient) = (Rows.Normal(5, 2 * rows * width, 40), Rows.Normal(6, rows * width));

        var found = SwiGlu(gateUp, gradient, rows, width, threads: 1);

        var (product, back) = SwiGluReference(gateUp, gradient, rows, width);
        Rows.RequireClose(product, found.Product, 5e-7);
        Rows.RequireClose(product, found.Again, 5e-7);
        Rows.RequireClose(back, found.Back, 5e-7);
        Assert.Equal(found.Back, SwiGlu(gateUp, gradient, rows, width, threads: 3).Back);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cross_entropy_and_its_gradient_are_those_of_float64_and_rows_without_a_target_are_zero(
        string set, int rows, int vocabulary)
    {
        InstructionSet.Use(set);
        var logits = Rows.Normal(7, rows * vocabulary, 8);
        long[] targets = [.. Enumerable.Range(0, rows).Select(row => row % 4 == 3 ? -100 : row * 31L % vocabulary)];

        var (losses, gradient) = CrossEntropy(logits, targets, vocabulary, 0.25f, threads: 1);

        var (expectedLosses, expectedGradient) = CrossEntropyReference(logits, targets, vocabulary, 0.25);
        Rows.RequireClose(expectedLosses, losses, 5e-7);
        Rows.RequireClose(expectedGradient, gradient, 1e-6);
        Assert.Equal(gradient, CrossEntropy(logits, targets, vocabulary, 0.25f, threads: 3).Logits);
        var without = CrossEntropy(logits, targets, vocabulary, null, threads: 1);
        Assert.Equal(losses, without.Losses);
        Assert.Equal(logits, without.Logits);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_of_a_table_go_out_and_their_gradients_come_in_in_the_order_of_tokens(
        string set, int vocabulary, int width)
    {
        InstructionSet.Use(set);
        var (table, gradient) = (Rows.Normal(8, vocabulary * width), Rows.Normal(9, 100 * width));
        long[] ids = [.. Enumerable.Range(0, 100).Select(i => i * i * 7L % vocabulary)];

        var (rows, added) = Embed(table, ids, gradient, width, threads: 1);

        Assert.Equal(ids.SelectMany(id => table.Skip((int)id * width).Take(width)).Select(value => value * 2), rows);
        var expected = new double[table.Length];
        for (var i = 0; i < gradient.Length; i++)
            expected[ids[i / width] * width + i % width] += 2.0 * gradient[i];
        Rows.RequireClose(expected, added, 2e-6);
        Assert.Equal(added, Embed(table, ids, gradient, width, threads: 3).Added);
    }

    [Fact]
    public void A_sum_over_122753_exponentials_is_not_a_plain_float32_sum()
    {
        const int Vocabulary = 122_753;
        var logits = Rows.Normal(10, Vocabulary);

        var (losses, gradient) = CrossEntropy(logits, [5], Vocabulary, 1, threads: 1);

        var expected = CrossEntropyReference(logits, [5], Vocabulary, 1);
        Rows.RequireClose(expected.Losses, losses, 1e-7);
        Rows.RequireClose(expected.Gradient, gradient, 2e-7);
    }

    [Fact]
    public void Logits_that_are_no_numbers_make_a_loss_that_is_none()
    {
        var (losses, _) = CrossEntropy([1, float.NaN, 2, 1, 2, 3], [0, 0], 3, 1, threads: 1);

        Assert.True(float.IsNaN(losses[0]));
        Assert.True(float.IsFinite(losses[1]));
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_refused_with_a_sentence()
    {
        using var memory = new FloatArray(new float[64]);

        Assert.Contains("found a null pointer", Refusal(() => SwiGluKernels.Forward(0, memory.Address, 1, 1, 1)));
        Assert.Contains("1 row or more, found 0",
            Refusal(() => SwiGluKernels.Forward(memory.Address, memory.Address, 0, 1, 1)));
        Assert.Contains("1 thread or more, found 0", Refusal(() => NormKernels.Again(
            memory.Address, memory.Address, memory.Address, memory.Address, 1, 1, 1, 0)));
        Assert.Contains("an id below 3, found 3", Refusal(() => CrossEntropy(new float[3], [3], 3, 1, 1)));
        Assert.Contains("an id below 3, found -1", Refusal(() => Embed(new float[3], [-1], new float[1], 1, 1)));

        static string Refusal(Action call) => Assert.Throws<NativeException>(call).Message;
    }

    public void Dispose() => InstructionSet.Use(_picked);

    private static (float[] Y, float[] Dx, float[] WeightGradient) Norm(
        float[] x, float[] weight, float[] dy, float[] residual, int rows, int width, int threads)
    {
        using var input = new FloatArray(x);
        using var gain = new FloatArray(weight);
        using var y = new FloatArray(new float[x.Length]);
        using var again = new FloatArray(new float[x.Length]);
        using var inverse = new FloatArray(new float[rows]);
        using var upstream = new FloatArray(dy);
        using var kept = new FloatArray(residual);
        using var weightGradient = new FloatArray(new float[width]);
        NormKernels.Forward(
            input.Address, gain.Address, y.Address, inverse.Address, rows, width, Epsilon, Scale, threads);
        NormKernels.Again(
            input.Address, gain.Address, inverse.Address, again.Address, rows, width, Scale, threads);
        Assert.Equal(y.Values.ToArray(), again.Values.ToArray());
        NormKernels.Backward(
            upstream.Address, input.Address, gain.Address, inverse.Address, kept.Address, upstream.Address,
            weightGradient.Address, rows, width, Scale, threads);
        return (y.Values.ToArray(), upstream.Values.ToArray(), weightGradient.Values.ToArray());
    }

    private static (double[] Y, double[] Dx, double[] WeightGradient) NormReference(
        float[] x, float[] weight, float[] dy, float[] residual, int rows, int width)
    {
        var (y, dx, weightGradient) = (new double[x.Length], new double[x.Length], new double[width]);
        for (var row = 0; row < rows; row++)
        {
            var at = row * width;
            var inverse = 1 / Math.Sqrt(x.Skip(at).Take(width).Sum(v => (double)v * v) / width + Epsilon);
            var mean = 0.0;
            for (var i = at; i < at + width; i++)
                mean += (double)dy[i] * weight[i - at] * Scale * x[i] * inverse / width;
            for (var i = at; i < at + width; i++)
            {
                var normed = x[i] * inverse;
                y[i] = normed * weight[i - at] * Scale;
                dx[i] = residual[i] + inverse * ((double)dy[i] * weight[i - at] * Scale - normed * mean);
                weightGradient[i - at] += dy[i] * normed * Scale;
            }
        }
        return (y, dx, weightGradient);
    }

    private static (float[] Product, float[] Again, float[] Back) SwiGlu(
        float[] gateUp, float[] gradient, int rows, int width, int threads)
    {
        using var both = new FloatArray(gateUp);
        using var product = new FloatArray(new float[rows * width]);
        using var again = new FloatArray(gradient);
        SwiGluKernels.Forward(both.Address, product.Address, rows, width, threads);
        SwiGluKernels.Backward(both.Address, again.Address, rows, width, threads);
        return (product.Values.ToArray(), again.Values.ToArray(), both.Values.ToArray());
    }

    private static (double[] Product, double[] Back) SwiGluReference(
        float[] gateUp, float[] gradient, int rows, int width)
    {
        var (product, back) = (new double[rows * width], new double[gateUp.Length]);
        for (var i = 0; i < product.Length; i++)
        {
            var at = i / width * 2 * width + i % width;
            double gate = gateUp[at], up = gateUp[at + width];
            var share = 1 / (1 + Math.Exp(-gate));
            product[i] = gate * share * up;
            back[at] = gradient[i] * up * share * (1 + gate * (1 - share));
            back[at + width] = gradient[i] * gate * share;
        }
        return (product, back);
    }

    private static (float[] Losses, float[] Logits) CrossEntropy(
        float[] logits, long[] targets, int vocabulary, float? factor, int threads)
    {
        using var scores = new FloatArray(logits);
        using var losses = new FloatArray(new float[targets.Length]);
        var pinned = GCHandle.Alloc(targets, GCHandleType.Pinned);
        try
        {
            VocabularyKernels.CrossEntropy(
                scores.Address, pinned.AddrOfPinnedObject(), losses.Address, targets.Length, vocabulary, factor,
                threads);
        }
        finally
        {
            pinned.Free();
        }
        return (losses.Values.ToArray(), scores.Values.ToArray());
    }

    private static (double[] Losses, double[] Gradient) CrossEntropyReference(
        float[] logits, long[] targets, int vocabulary, double factor)
    {
        var (losses, gradient) = (new double[targets.Length], new double[logits.Length]);
        for (var row = 0; row < targets.Length; row++)
        {
            if (targets[row] < 0)
                continue;
            var scores = logits.AsSpan(row * vocabulary, vocabulary).ToArray();
            var total = scores.Sum(score => Math.Exp(score));
            losses[row] = Math.Log(total) - scores[targets[row]];
            for (var i = 0; i < vocabulary; i++)
                gradient[row * vocabulary + i] = factor * (Math.Exp(scores[i]) / total - (i == targets[row] ? 1 : 0));
        }
        return (losses, gradient);
    }

    private static (float[] Rows, float[] Added) Embed(
        float[] table, long[] ids, float[] gradient, int width, int threads)
    {
        using var weights = new FloatArray(table);
        using var rows = new FloatArray(new float[ids.Length * width]);
        using var upstream = new FloatArray(gradient);
        using var added = new FloatArray(new float[table.Length]);
        var vocabulary = table.Length / width;
        var pinned = GCHandle.Alloc(ids, GCHandleType.Pinned);
        try
        {
            var address = pinned.AddrOfPinnedObject();
            VocabularyKernels.Embed(
                weights.Address, address, rows.Address, ids.Length, vocabulary, width, 2, threads);
            VocabularyKernels.AddEmbeddingGradient(
                added.Address, address, upstream.Address, ids.Length, vocabulary, width, 2, threads);
        }
        finally
        {
            pinned.Free();
        }
        return (rows.Values.ToArray(), added.Values.ToArray());
    }
}
