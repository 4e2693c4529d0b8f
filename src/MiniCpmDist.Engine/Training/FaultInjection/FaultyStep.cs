using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Training.Steps;

namespace MiniCpmDist.Engine.Training.FaultInjection;

/// <summary>
/// A step at whose beginning planned faults strike, and after which a bit of the parameters may be flipped; made only
/// where something is planned.
/// </summary>
/// <param name="inner">The step; disposed with this one.</param>
/// <param name="planned">For this rank.</param>
/// <param name="parameters">This rank's copy.</param>
/// <param name="owned">The parts of them that this rank does not get from others.</param>
internal sealed class FaultyStep(
    ITrainingStep inner, PlannedFaults planned, FlatParameters parameters, RankSlices owned) : ITrainingStep
{
    /// <summary>The bit lies in the last byte of a number, in its exponent.</summary>
    private const byte FlippedBit = 1 << 6;

    public StepResult RunCollective(StepPlan plan, bool compare = false)
    {
        planned.Enter(plan.Step);
        var result = inner.RunCollective(plan, compare);
        if (result is { IsFinite: true, IsAlike: true } && planned.Flips(plan.Step))
            Flip();
        return result;
    }

    public void Dispose() => inner.Dispose();

    /// <summary>Flips a bit of the parameters that the rank got from others.</summary>
    private void Flip()
    {
        if (owned.Count == parameters.Values.Length)
            throw new InvalidOperationException("Expected a world of several ranks for a planned flip, found one.");
        var (offset, count) = owned.Parts[0];
        parameters.Values.Bytes(offset > 0 ? 0 : count)[^1] ^= FlippedBit;
    }
}
