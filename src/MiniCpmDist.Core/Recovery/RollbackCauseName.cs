namespace MiniCpmDist.Core.Recovery;

/// <summary>The names of rollback causes in the journal, on screens and in metrics.</summary>
public static class RollbackCauseName
{
    /// <summary>The cause's name, in lower case.</summary>
    public static string Of(RollbackCause cause) => cause switch
    {
        RollbackCause.SkippedSteps => "skipped-steps",
        RollbackCause.Spike => "spike",
        RollbackCause.HeldOutLoss => "held-out-loss",
        _ => "ranks-differ",
    };

    /// <summary>True for the name of a cause.</summary>
    public static bool IsKnown(string name) => Enum.GetValues<RollbackCause>().Any(cause => Of(cause) == name);

    /// <exception cref="FormatException">No cause has this name.</exception>
    public static RollbackCause Parse(string? name) => Enum.GetValues<RollbackCause>()
        .Cast<RollbackCause?>()
        .FirstOrDefault(cause => Of(cause!.Value) == name)
        ?? throw new FormatException($"Expected the cause of a rollback, found `{name}`.");
}
