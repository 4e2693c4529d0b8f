namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>Something for a pool of workers to do: mostly a run to train.</summary>
/// <param name="Name">Of the run.</param>
/// <param name="After">What has to be done before; null for nothing.</param>
/// <param name="Weight">How much work it is, in any unit.</param>
internal sealed record PooledRun(string Name, string? After, double Weight)
{
    /// <summary>True once it is done, now or by an earlier call.</summary>
    public required Func<bool> IsDone { get; init; }

    /// <summary>The command of minicpm that does it, or goes on with it. Asked for when it begins.</summary>
    public required Func<string[]> Command { get; init; }

    /// <summary>What came of it, for people.</summary>
    public required Func<string> Outcome { get; init; }

    /// <summary>True where the others can do without it, if it diverges.</summary>
    public bool MayDiverge { get; init; }
}
