namespace MiniCpmDist.Coordinator.Access;

/// <summary>What a caller may do: words of the token file, and names of the policies that endpoints ask for.</summary>
internal static class Rights
{
    /// <summary>See runs, their status and requests.</summary>
    public const string Read = "read";

    /// <summary>Send commands.</summary>
    public const string Command = "command";

    /// <summary>Be the rank 0 of a run that the token names.</summary>
    public const string Report = "report";

    /// <summary>What an endpoint takes that asks for nothing, and a path that leads nowhere.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Command, Report];
}
