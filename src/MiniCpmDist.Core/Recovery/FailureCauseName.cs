namespace MiniCpmDist.Core.Recovery;

/// <summary>The names of failure causes in files, on screens and in tables.</summary>
public static class FailureCauseName
{
    /// <summary>The cause's name, in lower case.</summary>
    public static string Of(FailureCause cause) => cause switch
    {
        FailureCause.Error => "error",
        FailureCause.Killed => "killed",
        FailureCause.Hung => "hung",
        _ => "host-lost",
    };

    /// <exception cref="FormatException">No cause has this name.</exception>
    public static FailureCause Parse(string? name) => Enum.GetValues<FailureCause>()
        .Cast<FailureCause?>()
        .FirstOrDefault(cause => Of(cause!.Value) == name)
        ?? throw new FormatException($"Expected the cause of a failure, found `{name}`.");
}
