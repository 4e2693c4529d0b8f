using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Checkpoints;

/// <summary>
/// Decides which steps are saved because of their place in the schedule. Every rank comes to the same answer by itself.
/// Rank 0 alone decides about saves that a clock, a signal or a command asks for.
/// </summary>
public static class SaveRule
{
    /// <param name="options">When checkpoints are saved.</param>
    /// <param name="step">The step just done.</param>
    /// <param name="tokens">Sequence positions consumed after it.</param>
    /// <param name="tokenBatch">Its tokens.</param>
    /// <param name="endsPhase">The next step belongs to another phase.</param>
    /// <param name="isLast">There is no next step.</param>
    /// <param name="isBranchDue">A branch of the branch schedule begins here.</param>
    /// <returns>Null where the step is not saved.</returns>
    public static SaveCause? After(
        CheckpointOptions options, long step, long tokens, long tokenBatch, bool endsPhase, bool isLast,
        bool isBranchDue = false)
    {
        if (isLast)
            return SaveCause.End;
        if (endsPhase && options.AtPhaseEnds)
            return SaveCause.PhaseEnd;
        if (isBranchDue)
            return SaveCause.BranchSchedule;
        return options.Every?.IsCrossed(step, tokens, tokenBatch) == true ? SaveCause.Interval : null;
    }
}
