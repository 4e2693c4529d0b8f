using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Recovery;

/// <summary>What an attempt's end means.</summary>
public static class AttemptEnd
{
    /// <summary>
    /// Why an attempt failed; null where it ended as it should, or where trying again would change nothing.
    /// </summary>
    /// <param name="exitCode">Of the launcher.</param>
    /// <param name="isAsked">A signal asked for the end.</param>
    /// <param name="isHung">It was ended because it got nowhere.</param>
    /// <param name="isHostLost">One of its hosts does not answer.</param>
    /// <param name="firstCause">What was said first.</param>
    public static FailureCause? CauseOf(int exitCode, bool isAsked, bool isHung, bool isHostLost, string firstCause)
    {
        if (isHostLost)
            return FailureCause.HostLost;
        if (isHung)
            return FailureCause.Hung;
        if (isAsked
            || exitCode is ExitCodes.Finished or ExitCodes.UserProblem or ExitCodes.Hopeless or ExitCodes.ResumeLater)
            return null;
        // A signal gives 128 plus its number; mpirun has codes of its own above those.
        var isKilled = exitCode is > 128 and < 193
            || firstCause.Contains("exited on signal", StringComparison.Ordinal)
            || firstCause.Contains("KILLED BY SIGNAL", StringComparison.Ordinal);
        return isKilled ? FailureCause.Killed : FailureCause.Error;
    }
}
