using System.Globalization;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Core.Lineage;

/// <summary>What a decay branch inherits from its trunk and what it changes.</summary>
public static class DecayBranchPlan
{
    /// <summary>
    /// The trunk's options with a stable phase that ends at the branch point and a decay from there. Everything that the
    /// next token depends on stays as it is, so the branch's first step sees the weights and data that the trunk's saw.
    /// </summary>
    /// <param name="trunk">Resolved options of the trunk.</param>
    /// <param name="trunkPath">The trunk's run folder, as the branch will name its parent.</param>
    /// <param name="step">Step of the parent checkpoint.</param>
    /// <param name="tokens">Tokens consumed at that step.</param>
    /// <param name="decay">Length of the decay; a percentage is of the branch's total.</param>
    /// <param name="name">Name of the branch.</param>
    public static RunOptions From(RunOptions trunk, string trunkPath, long step, long tokens, Extent decay, string name)
    {
        var faults = new FaultCollector();
        var schedule = trunk.Schedule;
        faults.Require(
            schedule.Shape == ScheduleShape.Wsd, "schedule.shape", "a trunk with shape wsd", schedule.Shape.ToString().ToLowerInvariant(),
            "branch off a run that has a stable phase");
        faults.Require(
            tokens >= schedule.Warmup && tokens <= schedule.Warmup + schedule.Stable, "--at",
            "a step of the trunk's stable phase",
            string.Create(CultureInfo.InvariantCulture, $"step {step}, {tokens} tokens"), "name an earlier checkpoint");
        var length = Length(decay, schedule.TokenBatch, tokens);
        faults.Require(length >= schedule.TokenBatch, "--decay", "at least one step", decay.ToString(), "for example --decay 10%");
        faults.ThrowIfAny();
        return trunk with
        {
            Name = name,
            Schedule = schedule with { Stable = tokens - schedule.Warmup, Decay = length },
            Parent = new ParentOptions(trunkPath, step),
        };
    }

    /// <summary>Tokens of the decay, rounded up to whole steps; p percent of a total T leaves tokens = T (100 - p) / 100.</summary>
    private static long Length(Extent decay, long tokenBatch, long tokens)
    {
        var total = decay.Unit == ExtentUnit.Percent && decay.Amount is > 0 and < 100
            ? (long)Math.Ceiling(tokens * 100 / (100 - decay.Amount))
            : tokens;
        var length = decay.InTokens(tokenBatch, total);
        return (length + tokenBatch - 1) / tokenBatch * tokenBatch;
    }
}
