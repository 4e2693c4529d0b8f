namespace MiniCpmDist.Core.Schedules;

/// <summary>Phases as records and screens spell them.</summary>
public static class PhaseName
{
    /// <summary>The lower-case word.</summary>
    public static string Of(PhaseKind phase) => phase switch
    {
        PhaseKind.Warmup => "warmup",
        PhaseKind.Stable => "stable",
        PhaseKind.Decay => "decay",
        _ => "cosine",
    };

    /// <exception cref="FormatException">There is no such phase.</exception>
    public static PhaseKind Parse(string? name) => name switch
    {
        "warmup" => PhaseKind.Warmup,
        "stable" => PhaseKind.Stable,
        "decay" => PhaseKind.Decay,
        "cosine" => PhaseKind.Cosine,
        _ => throw new FormatException($"expected the phase warmup, stable, decay or cosine, found `{name}`."),
    };
}
