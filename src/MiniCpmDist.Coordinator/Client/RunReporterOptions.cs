using MiniCpmDist.Core.History;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>How a run joins a coordinator in another process.</summary>
/// <param name="Address"><c>http://HOST:PORT</c> or <c>https://HOST:PORT</c>.</param>
/// <param name="RunName">Of the run.</param>
/// <param name="Fence">Gives the number of this world; asked once, from the training loop's first step on.</param>
public sealed record RunReporterOptions(string Address, string RunName, Func<long> Fence)
{
    public CoordinatorAccess Access { get; init; } = CoordinatorAccess.Open;

    /// <summary>The run that this one branched from, and the step; null for a trunk.</summary>
    public (string Run, long Step)? Parent { get; init; }

    /// <summary>What the run has done, for those who watch; asked on the connection's thread. Null where nobody
    /// says.</summary>
    public Func<HistoryCursor, HistoryNews>? History { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Takes a line when the connection is lost or back; called on a thread of its own.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
