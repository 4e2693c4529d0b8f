namespace MiniCpmDist.Runs.Telemetry;

/// <summary>Where nobody asks.</summary>
public sealed class NoRankMetrics : IRankMetrics
{
    public static NoRankMetrics Instance { get; } = new();

    public void Stepped(long step, IReadOnlyDictionary<string, double> spans) { }
}
