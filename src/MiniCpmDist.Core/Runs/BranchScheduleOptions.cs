using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Runs;

/// <summary>
/// A schedule of decay branches: branches that a trunk makes by itself while its stable phase goes on.
/// </summary>
/// <param name="Every">The distance between two branches of the schedule.</param>
/// <param name="Decay">Length of each branch's decay; a percentage is of the whole branch.</param>
/// <param name="Launch">Start the branches too.</param>
/// <param name="Ranks">World size of a branch that is started on this host.</param>
public sealed record BranchScheduleOptions(Interval Every, Extent Decay, bool Launch, int Ranks)
{
    /// <summary>True where a branch leaves the trunk at the end of this step.</summary>
    /// <param name="step">Its number.</param>
    /// <param name="tokens">Sequence positions consumed.</param>
    /// <param name="tokenBatch">Tokens of the step.</param>
    public bool IsDue(long step, long tokens, long tokenBatch) => Every.IsCrossed(step, tokens, tokenBatch);

    /// <summary>The name of the branch that leaves a trunk at a step.</summary>
    public static string NameOf(string trunk, long step) => $"{trunk}-decay-{step}";
}
