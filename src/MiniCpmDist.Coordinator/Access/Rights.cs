namespace MiniCpmDist.Coordinator.Access;

/// <summary>What a caller may do: words of the token file, and names of the policies that endpoints ask for.</summary>
internal static class Rights
{
    /// <summary>The right to see runs, their status and requests.</summary>
    public const string Read = "read";

    /// <summary>The right to send commands.</summary>
    public const string Command = "command";

    /// <summary>The right to be the rank 0 of a run that the token names.</summary>
    public const string Report = "report";

    /// <summary>The policy of an endpoint that asks for no right, and of a path that leads nowhere.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Command, Report];
}
