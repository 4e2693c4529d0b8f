namespace MiniCpmDist.Core.Runs;

/// <summary>
/// The <c>telemetry</c> section: what a run reports while it trains. None of it changes a bit of the run.
/// </summary>
public sealed record TelemetryOptions
{
    /// <summary>The address that only this machine's own programs reach.</summary>
    public const string Loopback = "127.0.0.1";

    /// <summary>
    /// Each rank answers <c>/metrics</c> at this port plus its local rank, or with 0 at a free port; null for no rank.
    /// </summary>
    public int? MetricsPort { get; init; }

    /// <summary>The address of that port; <c>*</c> for all that the machine has.</summary>
    public string MetricsAddress { get; init; } = Loopback;

    /// <summary>
    /// What the hardware of all ranks together could do; null where nobody has measured it: then there is no MFU.
    /// </summary>
    public double? PeakFlopsPerSecond { get; init; }

    /// <summary>
    /// The address to which metrics are pushed as OTLP, such as <c>http://collector:4317</c>; null for none.
    /// </summary>
    public string? OtlpEndpoint { get; init; }

    /// <summary>Push a trace of steps, checkpoints and calls there too.</summary>
    public bool Traces { get; init; }

    /// <summary>The folder below which the run writes event files for TensorBoard; null for none.</summary>
    public string? TensorBoard { get; init; }

    /// <summary>How rank 0 tells what happens.</summary>
    public LogFormat Log { get; init; } = LogFormat.Auto;
}
