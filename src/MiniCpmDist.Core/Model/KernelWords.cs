using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Model;

/// <summary>How <c>run.yaml</c> and checkpoints spell <see cref="KernelSet"/>.</summary>
internal static class KernelWords
{
    public static IReadOnlyList<(string Word, KernelSet Value)> All { get; } =
        [("fused", KernelSet.Fused), ("plain", KernelSet.Plain)];

    public static string Of(KernelSet kernels) => Wording.Of(All, kernels);
}
