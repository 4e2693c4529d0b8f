namespace MiniCpmDist.Core.Recovery;

/// <summary>Causes as files, screens and tables spell them.</summary>
public static class FailureCauseName
{
    /// <summary>The lower-case words.</summary>
    public static string Of(FailureCause cause) => cause switch
    {
        FailureCause.Error => "error",
        FailureCause.Killed => "killed",
        FailureCause.Hung => "hung",
        _ => "host-lost",
    };

    /// <exception cref="FormatException">It is none of them.</exception>
    public static FailureCause Parse(string? name) => Enum.GetValues<FailureCause>()
        .Cast<FailureCause?>()
        .FirstOrDefault(cause => Of(cause!.Value) == name)
        ?? throw new FormatException($"Expected the cause of a failure, found `{name}`.");
}
