using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>
/// The kernels of attention between its products, against the composition of tensor operations in float64.
/// </summary>
public sealed class AttentionParityTests
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

        using var rotary = RotaryTable.Create(length, new Rotary(headDim, Theta), length);
        var call = new AttentionCall(
            heads, keyValueHeads, headDim, segments ?? [.. Enumerable.Repeat(length, batch)], Threads: 2);
        var single = weights.Select(weight => weight.detach().to(ScalarType.Float32)).ToArray();
        var (joined, last) = (cat([single[0], single[1], single[2]]), single[3]);
        var (rows, rowSlopes) = (Rows(input.detach()), Rows(slopes));
        var qkv = rows.matmul(joined.t());
        var (mixed, lse) = (empty(call.Rows, call.OutputWidth), empty(call.Heads, call.Rows));
        var at = TensorAddress.Of(qkv);
        AttentionKernels.Rotate(call, at, rotary.Cos, rotary.Sin, rotary.Positions, back: false);
        AttentionKernels.Forward(call, at, TensorAddress.Of(mixed), TensorAddress.Of(lse));
        RequireClose("output", Rows(expected.detach()), mixed.matmul(last.t()));
        RequireClose("output weight", weights[3].grad!, rowSlopes.t().matmul(mixed));

        var mixedSlopes = rowSlopes.matmul(last);
        AttentionKernels.Backward(
            call, at, TensorAddress.Of(mixed), TensorAddress.Of(lse), TensorAddress.Of(mixedSlopes), at);
        AttentionKernels.Rotate(call, at, rotary.Cos, rotary.Sin, rotary.Positions, back: true);
        RequireClose("input", Rows(input.grad!), qkv.matmul(joined));
        RequireClose(
            "q, k and v", cat([weights[0].grad!, weights[1].grad!, weights[2].grad!]), qkv.t().matmul(rows));
    }

    /// <summary>float32 <c>[batch·seq, hidden]</c>.</summary>
    private static Tensor Rows(Tensor tensor) =>
        tensor.to(ScalarType.Float32).reshape(-1, tensor.shape[^1]).contiguous();

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

    private static Tensor Plain(Attention attention, Tensor input, int[]? segments, ModelShape shape)
    {
        using var layouts = new AttentionLayouts(new Rotary(shape.HeadDim, Theta), 0, ScalarType.Float64);
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
        var size = expected.to(ScalarType.Float64).square().sum().sqrt().item<double>();
        var difference = found.to(ScalarType.Float64) - expected.to(ScalarType.Float64);
        var error = difference.square().sum().sqrt().item<double>();
        // The weights themselves were rounded to float32. A gradient that is exactly zero on paper stays near it.
        Assert.True(error <= 3e-6 * size + 1e-6, $"{what}: error {error:g3} of {size:g3}");
    }
}
