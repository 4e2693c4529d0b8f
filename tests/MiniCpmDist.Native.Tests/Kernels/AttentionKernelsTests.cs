using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Kernels;

public sealed class AttentionKernelsTests : IDisposable
{
    private readonly string _picked = InstructionSet.Current;

    /// <summary>
    /// Heads, key-value heads, head_dim and segments; tiles are 64 long and steps of the diagonal 16.
    /// </summary>
    private static readonly (int, int, int, int[])[] s_shapes =
    [
        (4, 4, 32, [512]),
        (5, 5, 64, [130, 62]),
        (2, 2, 128, [200]),
        (6, 2, 36, [1, 2, 3, 5, 64, 65]),
        (3, 1, 64, [15, 16, 17, 127, 128, 129]),
        (1, 1, 2, [300]),
        (2, 1, 18, [63, 1, 1, 96]),
        (4, 2, 4, [33, 100, 7]),
        (1, 1, 6, [1]),
        (2, 2, 256, [70]),
        (4, 2, 32, [70, 90, 1, 3, 5, 64, 130]),
        (3, 1, 18, [1, 1, 17, 200, 64, 65, 2]),
    ];

    /// <summary>Branches of the last shapes; the others have none.</summary>
    private static readonly int[][] s_branches = [[0, 1, 2, 0, 0, 1, 2], [0, 1, 2, 0, 1, 2, 3]];

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (var set in Available())
        {
            for (var shape = 0; shape < s_shapes.Length; shape++)
                cases.Add(set, shape);
        }
        return cases;
    }

    public static TheoryData<string> Sets() => [.. Available()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Output_and_gradients_are_those_of_float64_to_the_rounding_of_float32(string set, int shape)
    {
        InstructionSet.Use(set);
        var call = Call(shape);
        var (rows, slopes) = Numbers(call, deviation: 1.5f);

        var found = AttentionRun.Of(call, rows, slopes);

        var expected = AttentionReference.Of(call, rows, slopes);
        RequireClose(expected.Output, found.Output, 2e-6);
        RequireClose(expected.Lse, found.Lse, 1e-6);
        RequireClose(expected.Gradients, found.Gradients, 3e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_bits_are_the_same_for_any_number_of_threads_and_in_place(string set, int shape)
    {
        InstructionSet.Use(set);
        var call = Call(shape);
        var (rows, slopes) = Numbers(call, deviation: 1);

        var alone = AttentionRun.Of(call, rows, slopes);

        foreach (var threads in (int[])[2, 3])
        {
            var together = AttentionRun.Of(call with { Threads = threads }, rows, slopes, inPlace: true);
            Assert.Equal(alone.Output, together.Output);
            Assert.Equal(alone.Lse, together.Lse);
            Assert.Equal(alone.Gradients, together.Gradients);
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Scores_of_hundreds_neither_overflow_nor_lose_the_key_that_wins(string set)
    {
        InstructionSet.Use(set);
        var call = new AttentionCall(1, 1, 32, [150], 1);
        var (rows, slopes) = Numbers(call, deviation: 12);

        var found = AttentionRun.Of(call, rows, slopes);

        // A score of 800 is known to 1e-4 in float32, and so is the share that its exponential takes.
        var expected = AttentionReference.Of(call, rows, slopes);
        Assert.True(expected.Lse.Max() > 500);
        RequireClose(expected.Output, found.Output, 1e-4);
        RequireClose(expected.Lse, found.Lse, 1e-6);
        RequireClose(expected.Gradients, found.Gradients, 1e-3);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_last_query_of_8192_equals_float64(string set)
    {
        InstructionSet.Use(set);
        const int Length = 8192;
        var call = new AttentionCall(1, 1, 8, [Length], 1);
        var (rows, slopes) = Numbers(call, deviation: 1);

        var found = AttentionRun.Of(call, rows, slopes);

        var last = rows[^(int)call.Width..];
        var scores = Enumerable.Range(0, Length).Select(key => Enumerable.Range(0, 8).Sum(
            j => (double)last[j] * rows[key * call.Width + 8 + j]) / Math.Sqrt(8)).ToArray();
        var total = scores.Sum(Math.Exp);
        var output = Enumerable.Range(0, 8).Select(j => Enumerable.Range(0, Length).Sum(
            key => Math.Exp(scores[key]) / total * rows[key * call.Width + 16 + j])).ToArray();
        Assert.Equal(Math.Log(total), found.Lse[^1], 1e-5);
        RequireClose(output, found.Output[^8..], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_number_that_is_none_reaches_what_depends_on_it_and_nothing_else(string set)
    {
        InstructionSet.Use(set);
        var call = new AttentionCall(1, 1, 4, [70, 30], 1);
        var (rows, slopes) = Numbers(call, deviation: 1);
        rows[40 * call.Width] = float.NaN;     // in the query of row 40

        var found = AttentionRun.Of(call, rows, slopes);

        Assert.All(found.Output[(40 * 4)..(41 * 4)], value => Assert.Equal(float.NaN, value));
        Assert.All(found.Output[..(40 * 4)], value => Assert.True(float.IsFinite(value)));
        Assert.All(found.Output[(41 * 4)..], value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_refused_with_a_sentence()
    {
        using var memory = new FloatArray(new float[1000]);
        var right = new AttentionCall(2, 1, 4, [3, 2], 1);

        Assert.Contains("kv_heads", Refusal(right with { KeyValueHeads = 3 }), StringComparison.Ordinal);
        Assert.Contains("kv_heads", Refusal(right with { KeyValueHeads = 0 }), StringComparison.Ordinal);
        Assert.Contains("found 5", Refusal(right with { HeadDim = 5 }), StringComparison.Ordinal);
        Assert.Contains("thread", Refusal(right with { Threads = 0 }), StringComparison.Ordinal);
        Assert.Contains(
            "found 0 at 1", Refusal(new AttentionCall(2, 1, 4, [3, 0], 1)), StringComparison.Ordinal);
        Assert.Contains(
            "segment 1 to be no branch (0) or branch 1, found 2", Refusal(right with { Branches = [0, 2] }),
            StringComparison.Ordinal);
        Assert.Contains(
            "found 1", Refusal(right with { Branches = [1, 2] }), StringComparison.Ordinal);
        Assert.Contains("5 positions", Assert.Throws<NativeException>(() => AttentionKernels.Rotate(
            right with { Branches = [0, 1] }, memory.Address, memory.Address, memory.Address, 4, back: false)).Message,
            StringComparison.Ordinal);
        Assert.Contains("3 positions", Assert.Throws<NativeException>(() => AttentionKernels.Rotate(
            right, memory.Address, memory.Address, memory.Address, 2, back: false)).Message, StringComparison.Ordinal);
        Assert.Contains("found 'sse9'",
            Assert.Throws<NativeException>(() => InstructionSet.Use("sse9")).Message, StringComparison.Ordinal);

        string Refusal(AttentionCall call) => Assert.Throws<NativeException>(() => AttentionKernels.Forward(
            call, memory.Address, memory.Address, memory.Address)).Message;
    }

    public void Dispose() => InstructionSet.Use(_picked);

    private static List<string> Available()
    {
        var (picked, available) = (InstructionSet.Current, new List<string>());
        foreach (var set in InstructionSet.Names)
        {
            try
            {
                InstructionSet.Use(set);
                available.Add(set);
            }
            catch (NativeException)
            {
                // Not this processor's.
            }
        }
        InstructionSet.Use(picked);
        return available;
    }

    private static AttentionCall Call(int shape)
    {
        var (heads, keyValueHeads, headDim, segments) = s_shapes[shape];
        var branches = shape - (s_shapes.Length - s_branches.Length);
        return new AttentionCall(heads, keyValueHeads, headDim, segments, Threads: 1)
        {
            Branches = branches < 0 ? null : s_branches[branches],
        };
    }

    private static (float[] Rows, float[] Slopes) Numbers(AttentionCall call, float deviation)
    {
        var random = new Random(11);
        return (Normal(call.Rows * call.Width, deviation), Normal(call.Rows * call.OutputWidth, 1));

        float[] Normal(long count, float scale)
        {
            var numbers = new float[count];
            for (var i = 0; i < count; i++)
            {
                var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
                numbers[i] = scale * (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
            }
            return numbers;
        }
    }

    private static void RequireClose(double[] expected, float[] found, double limit)
    {
        Assert.Equal(expected.Length, found.Length);
        var (error, size) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            error += (found[i] - expected[i]) * (found[i] - expected[i]);
            size += expected[i] * expected[i];
        }
        Assert.InRange(Math.Sqrt(error / size), 0, limit);
    }
}
