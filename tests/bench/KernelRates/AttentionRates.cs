using System.Globalization;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.KernelRates;

/// <summary>Attention of one layer, its four products left out: rotary positions, scores, softmax, mixture.</summary>
internal static class AttentionRates
{
    private const int Count = 20;

    public static void Print(string preset, int batch, int length, int threads)
    {
        var shape = ModelPresets.All[preset];
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var plain = new Attention(shape, ScalarType.Float32);
        using var layouts = new AttentionLayouts(shape.Rotary, 0, ScalarType.Float32);
        using var rotary = RotaryTable.Create(length, shape.Rotary, length);
        var call = new AttentionCall(shape.Heads, shape.KeyValueHeads, shape.HeadDim,
            [.. Enumerable.Repeat(length, batch)], threads);
        using (no_grad())
        {
            foreach (var parameter in plain.parameters())
                parameter.copy_(randn(parameter.shape, generator: generator) * 0.05);
        }
        var input = randn([batch, length, shape.HiddenSize], generator: generator);
        input.requires_grad = true;
        var slopes = randn(input.shape, generator: generator);
        var weight = randn([call.Width, shape.HiddenSize], generator: generator) * 0.05;
        var output = randn([shape.HiddenSize, call.OutputWidth], generator: generator) * 0.05;
        weight.requires_grad = output.requires_grad = true;
        var rows = randn([call.Rows, call.Width], generator: generator);
        var (mixed, lse) = (empty(call.Rows, call.OutputWidth), empty(call.Heads, call.Rows));
        var (mixedSlopes, gradients) = (randn(mixed.shape, generator: generator), empty_like(rows));

        Tensor? plainEnd = null, productEnd = null;
        var times = Rounds.Quickest(
            Count,
            () => plainEnd = plain.call(input, layouts.For(batch, length, null)),
            () => plainEnd!.backward([slopes]),
            () =>
            {
                Rotate(rows, back: false);
                AttentionKernels.Forward(call, At(rows), At(mixed), At(lse));
            },
            () =>
            {
                AttentionKernels.Backward(call, At(rows), At(mixed), At(lse), At(mixedSlopes), At(gradients));
                Rotate(gradients, back: true);
            },
            () => productEnd = linear(linear(input, weight).narrow(2, 0, call.OutputWidth), output),
            () => productEnd!.backward([slopes]));
        var (forward, backward) = (new Times(times, 0), new Times(times, 1));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"attention {preset} {batch} x {length}: forward {forward}; backward {backward}"));

        static Tensor linear(Tensor input, Tensor weight) => nn.functional.linear(input, weight);

        static nint At(Tensor tensor) => TensorAddress.Of(tensor);

        void Rotate(Tensor turned, bool back) =>
            AttentionKernels.Rotate(call, At(turned), rotary.Cos, rotary.Sin, rotary.Positions, back);
    }

    /// <summary>Of one direction: with its four products, the products alone, and the kernels.</summary>
    private sealed record Times(double[] All, int Direction)
    {
        public override string ToString()
        {
            var (plain, kernels, products) = (All[Direction], All[2 + Direction], All[4 + Direction]);
            return string.Create(CultureInfo.InvariantCulture,
                $"plain {plain * 1e3:f1} of which products {products * 1e3:f1}, kernels {kernels * 1e3:f1}: "
                    + $"{(plain - products) / kernels:f1} times");
        }
    }
}
