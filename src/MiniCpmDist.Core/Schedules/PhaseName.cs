namespace MiniCpmDist.Core.Schedules;

/// <summary>The names of phases in records and on screens.</summary>
public static class PhaseName
{
    /// <summary>The phase's name, in lower case.</summary>
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
