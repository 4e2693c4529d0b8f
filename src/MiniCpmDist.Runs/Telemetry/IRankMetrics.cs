namespace MiniCpmDist.Runs.Telemetry;

/// <summary>What a rank reports about itself.</summary>
public interface IRankMetrics
{
    /// <summary>A step is over, with all that followed it.</summary>
    /// <param name="step">Its number.</param>
    /// <param name="spans">Seconds by span of the trace.</param>
    void Stepped(long step, IReadOnlyDictionary<string, double> spans);
}
