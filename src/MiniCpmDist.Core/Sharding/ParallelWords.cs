using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Sharding;

/// <summary>How <c>run.yaml</c> and checkpoints spell device, precision and order.</summary>
internal static class ParallelWords
{
    public static IReadOnlyList<(string Word, Precision Value)> Precisions { get; } =
        [("float32", Precision.Float32), ("bfloat16", Precision.BFloat16)];

    public static IReadOnlyList<(string Word, ComputeDevice Value)> Devices { get; } =
        [("cpu", ComputeDevice.Cpu), ("cuda", ComputeDevice.Cuda)];

    public static IReadOnlyList<(string Word, ReductionOrder Value)> Orders { get; } =
        [("lanes", ReductionOrder.Lanes), ("fast", ReductionOrder.Fast)];

    public static string Of(Precision precision) => Wording.Of(Precisions, precision);

    public static string Of(ComputeDevice device) => Wording.Of(Devices, device);

    public static string Of(ReductionOrder order) => Wording.Of(Orders, order);
}
