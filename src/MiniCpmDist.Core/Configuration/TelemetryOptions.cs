namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>telemetry</c> section. It has no keys yet; whatever is written there is a fault.</summary>
public sealed record TelemetryOptions;
