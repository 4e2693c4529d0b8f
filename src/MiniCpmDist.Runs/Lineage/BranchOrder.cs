using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Runs.Lineage;

/// <summary>An order for a decay branch of a checkpoint.</summary>
/// <param name="Name">Of the branch; its folder lies beside the trunk's.</param>
/// <param name="Decay">A percentage is of the whole branch.</param>
/// <param name="Launch">Start it.</param>
/// <param name="Ranks">On so many ranks.</param>
/// <param name="Cause">What asked for it: <see cref="BranchSchedule"/>, or the id of a request.</param>
public sealed record BranchOrder(string Name, Extent Decay, bool Launch, int Ranks, string Cause)
{
    /// <summary>The cause of a branch that the trunk's configuration wants.</summary>
    public const string BranchSchedule = "ladder";
}
