namespace MiniCpmDist.Core.Recovery;

/// <summary>Why an attempt ended before the run did.</summary>
public enum FailureCause
{
    /// <summary>A rank reported an error and ended.</summary>
    Error,

    /// <summary>A signal ended a rank: the kernel short of memory, an operator, a crash of the process.</summary>
    Killed,

    /// <summary>Nothing moved for longer than <c>recovery.hang_after</c>.</summary>
    Hung,

    /// <summary>A host does not answer any more.</summary>
    HostLost,
}
