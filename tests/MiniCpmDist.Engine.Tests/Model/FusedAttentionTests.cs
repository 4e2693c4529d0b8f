using MiniCpmDist.Core.ModelShape;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>Against the composition of tensor operations, whose float64 takes the same weights.</summary>
public sealed class FusedAttentionTests
{
    private const double Theta = 10_000;

    public static TheoryData<int, int, int, int, int, int[]?> Cases() => new()
    {
        // heads, key-value heads, head_dim, rows of the batch, their length, segments
        { 5, 5, 64, 2, 192, null },
        { 4, 4, 32, 1, 130, null },
        { 6, 2, 36, 3, 21, null },
        { 4, 2, 32, 2, 100, [30, 1, 69, 100] },
        { 2, 1, 64, 1, 150, [8, 8, 7, 65, 1, 61] },
        { 3, 3, 6, 1, 3, null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Output_and_all_gradients_are_those_of_the_composition_of_tensor_operations(
        int heads, int keyValueHeads, int headDim, int batch, int length, int[]? segments)
    {
        using var scope = NewDisposeScope();
        var shape = Shape(heads, keyValueHeads, headDim);
        using var plain = new Attention(shape, ScalarType.Float64);
        var weights = Randomize(plain);
        using var generator = new Generator(3);
        var input = randn([batch, length, shape.HiddenSize], ScalarType.Float64, generator: generator);
        var slopes = randn([batch, length, shape.HiddenSize], ScalarType.Float64, generator: generator);
        input.requires_grad = true;

        var expected = Plain(plain, input, segments, shape);
        expected.backward([slopes]);

        var fusedInput = input.detach().to(ScalarType.Float32);
        fusedInput.requires_grad = true;
        var single = weights.Select(weight => weight.detach().to(ScalarType.Float32)).ToArray();
        foreach (var weight in single)
            weight.requires_grad = true;
        var qkv = nn.functional.linear(fusedInput, cat([single[0], single[1], single[2]]));
        using var rotary = RotaryTable.Create(length, headDim, Theta);
        var mixed = FusedAttention.apply(qkv, Call(shape, batch, length, segments), rotary);
        var found = nn.functional.linear(mixed, single[3]);
        found.backward([slopes.to(ScalarType.Float32)]);

        RequireClose("output", expected.detach(), found.detach());
        RequireClose("input", input.grad!, fusedInput.grad!);
        foreach (var (i, weight) in weights.Index())
            RequireClose($"weight {i}", weight.grad!, single[i].grad!);
    }

    [Fact]
    public void A_mixture_of_scores_that_were_not_recorded_is_the_same()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var call = new AttentionCall(2, 2, 8, [20], 1);
        using var rotary = RotaryTable.Create(20, 8, Theta);
        var rows = randn([1, 20, call.Width], generator: generator);
        var recorded = rows.clone();
        recorded.requires_grad = true;

        var with = FusedAttention.apply(recorded, call, rotary);
        using var frozen = no_grad();
        var without = FusedAttention.apply(rows.clone(), call, rotary);

        Assert.Equal(with.detach().data<float>().ToArray(), without.data<float>().ToArray());
    }

    [Fact]
    public void Rows_that_do_not_fit_are_named_before_a_pointer_is_followed()
    {
        using var scope = NewDisposeScope();
        var call = new AttentionCall(2, 1, 4, [3, 2], 1);
        using var rotary = RotaryTable.Create(3, 4, Theta);

        Assert.Contains("[1, 5, 16]", Fault(zeros(1, 5, 15)), StringComparison.Ordinal);
        Assert.Contains("1 x 6 rows, found 5", Fault(zeros(1, 6, 16)), StringComparison.Ordinal);
        Assert.Contains("Float64", Fault(zeros([1, 5, 16], ScalarType.Float64)), StringComparison.Ordinal);
        Assert.Contains("contiguous", Fault(zeros(1, 16, 5).transpose(1, 2)), StringComparison.Ordinal);
        Assert.Contains("3 dimensions", Fault(zeros(5, 16)), StringComparison.Ordinal);

        string Fault(Tensor qkv) =>
            Assert.Throws<ArgumentException>(() => FusedAttention.apply(qkv, call, rotary)).Message;
    }

    private static ModelShape Shape(int heads, int keyValueHeads, int headDim) => new()
    {
        HiddenSize = 40,
        IntermediateSize = 40,
        Layers = 1,
        Heads = heads,
        KeyValueHeads = keyValueHeads,
        HeadDim = headDim,
        VocabularySize = 10,
    };

    private static AttentionCall Call(ModelShape shape, int batch, int length, int[]? segments) => new(
        shape.Heads, shape.KeyValueHeads, shape.HeadDim, segments ?? [.. Enumerable.Repeat(length, batch)], 2);

    private static Tensor Plain(Attention attention, Tensor input, int[]? segments, ModelShape shape)
    {
        using var layouts = new AttentionLayouts(shape.HeadDim, Theta, ScalarType.Float64);
        var (batch, length) = (input.shape[0], input.shape[1]);
        var layout = layouts.For(batch, length, segments);
        return layout.Windows is null
            ? attention.call(input, layout)
            : attention.call(input.reshape(1, -1, shape.HiddenSize), layout).view(batch, length, -1);
    }

    /// <summary>Weights of q, k, v and the output, as the module itself has them.</summary>
    private static Tensor[] Randomize(Attention attention)
    {
        using var frozen = no_grad();
        using var generator = new Generator(2);
        var named = attention.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        foreach (var name in (string[])["q_proj", "k_proj", "v_proj", "o_proj"])
        {
            var weight = named[$"{name}.weight"];
            weight.copy_(randn(weight.shape, ScalarType.Float64, generator: generator) * 0.3);
        }
        return [named["q_proj.weight"], named["k_proj.weight"], named["v_proj.weight"], named["o_proj.weight"]];
    }

    private static void RequireClose(string what, Tensor expected, Tensor found)
    {
        var size = expected.square().sum().sqrt().item<double>();
        var error = (found.to(ScalarType.Float64) - expected).square().sum().sqrt().item<double>();
        // The weights themselves were rounded to float32. A gradient that is exactly zero on paper stays near it.
        Assert.True(error <= 3e-6 * size + 1e-6, $"{what}: error {error:g3} of {size:g3}");
    }
}
