namespace MiniCpmDist.Runs.Telemetry;

/// <summary>The rank metrics where nobody asks for any.</summary>
public sealed class NoRankMetrics : IRankMetrics
{
    public static NoRankMetrics Instance { get; } = new();

    public void Stepped(long step, IReadOnlyDictionary<string, double> spans) { }
}
