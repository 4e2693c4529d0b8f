namespace MiniCpmDist.Core.Planning;

/// <summary>A step on so many devices.</summary>
/// <param name="Ranks">Devices.</param>
/// <param name="MicroBatches">Of the device that has the most.</param>
/// <param name="ComputeSeconds">Of that device.</param>
/// <param name="ReduceSeconds">Adding up gradients: all of it.</param>
/// <param name="GatherSeconds">Bringing parameters back.</param>
/// <param name="ExposedSeconds">What of both is not hidden behind the last micro-batch's backward.</param>
/// <param name="Efficiency">Throughput, as a share of as many devices that need not talk.</param>
/// <param name="TokensPerSecond">Of all devices.</param>
public sealed record ClusterStep(
    int Ranks, int MicroBatches, double ComputeSeconds, double ReduceSeconds, double GatherSeconds,
    double ExposedSeconds, double Efficiency, double TokensPerSecond)
{
    public double Seconds => ComputeSeconds + ExposedSeconds;
}
