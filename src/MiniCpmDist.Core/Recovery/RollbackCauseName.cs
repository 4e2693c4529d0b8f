namespace MiniCpmDist.Core.Recovery;

/// <summary>Causes as journal, screens and metrics spell them.</summary>
public static class RollbackCauseName
{
    /// <summary>The lower-case words.</summary>
    public static string Of(RollbackCause cause) => cause switch
    {
        RollbackCause.SkippedSteps => "skipped-steps",
        RollbackCause.Spike => "spike",
        RollbackCause.HeldOutLoss => "held-out-loss",
        _ => "ranks-differ",
    };

    /// <summary>True for the word of a cause.</summary>
    public static bool IsKnown(string name) => Enum.GetValues<RollbackCause>().Any(cause => Of(cause) == name);

    /// <exception cref="FormatException">It is none of them.</exception>
    public static RollbackCause Parse(string? name) => Enum.GetValues<RollbackCause>()
        .Cast<RollbackCause?>()
        .FirstOrDefault(cause => Of(cause!.Value) == name)
        ?? throw new FormatException($"Expected the cause of a rollback, found `{name}`.");
}
