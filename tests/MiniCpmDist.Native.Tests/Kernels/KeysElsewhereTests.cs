using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Kernels;

/// <summary>Queries of pieces of documents, whose keys and values lie in a buffer of their own.</summary>
public sealed class KeysElsewhereTests : IDisposable
{
    /// <summary>Documents of 200 and 62; the first is cut at places that are neither tiles nor vectors.</summary>
    private static readonly AttentionCall s_pieces = new(6, 2, 18, [37, 73, 90, 62], Threads: 1)
    {
        Keys = new KeyPlaces([0, 37, 110, 200], [0, 37, 110, 0], 262),
    };

    private readonly string _picked = InstructionSet.Current;

    public static TheoryData<string> Sets() => [.. Rows.Sets()];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Pieces_of_documents_have_the_output_and_the_gradients_of_whole_documents_in_float64(string set)
    {
        InstructionSet.Use(set);
        var whole = s_pieces with { Segments = [200, 62], Keys = null };
        var (rows, slopes) = (Rows.Normal(1, whole.Rows * whole.Width), Rows.Normal(2, whole.Rows * whole.OutputWidth));

        var found = Run(s_pieces, rows, slopes);

        var expected = AttentionReference.Of(whole, rows, slopes);
        Rows.RequireClose(expected.Output, found.Output, 2e-6);
        Rows.RequireClose(expected.Lse, found.Lse, 1e-6);
        Rows.RequireClose(expected.Gradients, found.Gradients, 3e-6);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_bits_of_a_piece_depend_neither_on_the_other_pieces_nor_on_the_number_of_threads(string set)
    {
        InstructionSet.Use(set);
        var rows = Rows.Normal(1, s_pieces.Rows * s_pieces.Width);
        var slopes = Rows.Normal(2, s_pieces.Rows * s_pieces.OutputWidth);

        var all = Run(s_pieces, rows, slopes);
        var threads = Run(s_pieces with { Threads = 3 }, rows, slopes);
        var alone = Output(
            new AttentionCall(6, 2, 18, [90], Threads: 1) { Keys = new KeyPlaces([110], [110], 262) }, rows,
            rows.AsSpan(110 * (int)s_pieces.Width, 90 * (int)s_pieces.Width));

        Assert.Equal(all.Output, threads.Output);
        Assert.Equal(all.Gradients, threads.Gradients);
        var width = (int)s_pieces.OutputWidth;
        Assert.Equal(all.Output[(110 * width)..(200 * width)], alone);
    }

    [Fact]
    public void Keys_outside_of_their_buffer_and_calls_for_other_places_are_refused_with_a_sentence()
    {
        using var memory = new FloatArray(new float[100_000]);

        Assert.Contains(
            "segment 3 of 62 rows at 200", Refusal(s_pieces with { Keys = s_pieces.Keys! with { Rows = 261 } }),
            StringComparison.Ordinal);
        Assert.Contains(
            "with 38 before it", Refusal(s_pieces with { Keys = s_pieces.Keys! with { Earlier = [0, 38, 110, 0] } }),
            StringComparison.Ordinal);
        Assert.Contains(
            "without branches", Refusal(s_pieces with { Branches = [0, 0, 0, 0] }), StringComparison.Ordinal);
        Assert.Contains("found none", Refusal(s_pieces with { Keys = null }), StringComparison.Ordinal);
        Assert.Contains(
            "beside the queries", Assert.Throws<NativeException>(() => AttentionKernels.Forward(
                s_pieces, memory.Address, memory.Address, memory.Address)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => AttentionKernels.ForwardOver(
            s_pieces with { Segments = [262] }, memory.Address, memory.Address, memory.Address, memory.Address));

        string Refusal(AttentionCall call) => Assert.Throws<NativeException>(() => AttentionKernels.ForwardOver(
            call, memory.Address, memory.Address, memory.Address, memory.Address)).Message;
    }

    public void Dispose() => InstructionSet.Use(_picked);

    private static float[] KeysOf(AttentionCall call, float[] rows) =>
        [.. rows.Chunk((int)call.Width).SelectMany(row => row[(int)call.OutputWidth..])];

    private static float[] Output(AttentionCall call, float[] rows, ReadOnlySpan<float> queries)
    {
        using var qkv = new FloatArray(queries);
        using var kv = new FloatArray(KeysOf(call, rows));
        using var output = new FloatArray(new float[call.Rows * call.OutputWidth]);
        using var lse = new FloatArray(new float[call.Heads * call.Rows]);
        AttentionKernels.ForwardOver(call, qkv.Address, kv.Address, output.Address, lse.Address);
        return output.Values.ToArray();
    }

    /// <summary>Gradients of queries are written in place, those of keys and values added to zeros.</summary>
    private static AttentionRun Run(AttentionCall call, float[] rows, float[] outputGradients)
    {
        using var qkv = new FloatArray(rows);
        using var kv = new FloatArray(KeysOf(call, rows));
        using var output = new FloatArray(new float[call.Rows * call.OutputWidth]);
        using var lse = new FloatArray(new float[call.Heads * call.Rows]);
        using var slopes = new FloatArray(outputGradients);
        using var kvGradients = new FloatArray(new float[kv.Values.Length]);
        AttentionKernels.ForwardOver(call, qkv.Address, kv.Address, output.Address, lse.Address);
        AttentionKernels.BackwardOver(
            call, qkv.Address, kv.Address, output.Address, lse.Address, slopes.Address, qkv.Address,
            kvGradients.Address);
        var gradients = qkv.Values.ToArray().Chunk((int)call.Width)
            .Zip(kvGradients.Values.ToArray().Chunk((int)call.KeyWidth))
            .SelectMany(row => row.First[..(int)call.OutputWidth].Concat(row.Second));
        return new AttentionRun(output.Values.ToArray(), lse.Values.ToArray(), [.. gradients]);
    }
}
