using System.Globalization;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.KernelRates;

/// <summary>
/// A product of one row, as decoding has them: the BLAS's own, and the kernel with the bits of many rows.
/// </summary>
internal static class RowRates
{
    private const int Count = 200;

    public static void Print(int inSize, int outSize)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new Generator(1);
        var (x, weight) = (randn([1, inSize], generator: generator), randn([outSize, inSize], generator: generator));
        var block = RowMatMul.FindBlock(weight);

        var times = Rounds.Quickest(
            Count, () => nn.functional.linear(x, weight).Dispose(), () => RowMatMul.Of(x, weight).Dispose());

        var order = block == 0 ? "the BLAS's own in both" : $"chains of {block}";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"one row, {inSize} to {outSize}: BLAS {times[0] * 1e6:f0} us, kernel {times[1] * 1e6:f0} us: "
                + $"{times[0] / times[1]:f2} times ({order})"));
    }
}
