namespace MiniCpmDist.Core.Configuration;

/// <summary>The configuration of a run that decays from a checkpoint of another run's stable phase.</summary>
public static class BranchOptions
{
    /// <summary>The trunk's options with a decay that starts at the checkpoint.</summary>
    /// <param name="trunk">Configuration of the run to branch from.</param>
    /// <param name="parentRun">Its folder.</param>
    /// <param name="step">The checkpoint's step.</param>
    /// <param name="tokens">Sequence positions consumed at the checkpoint.</param>
    /// <param name="decay">Length of the decay; a percentage is of the whole branch,
    /// from the first token of the trunk.</param>
    /// <param name="name">Name of the branch.</param>
    /// <exception cref="ConfigurationException">The checkpoint is not in a stable
    /// phase, or the decay has no length.</exception>
    public static RunOptions From(RunOptions trunk, string parentRun, long step, long tokens, Extent decay, string name)
    {
        var schedule = trunk.Schedule;
        var faults = new FaultCollector();
        faults.Require(
            schedule.Shape == ScheduleShape.Wsd, parentRun,
            "a run with `schedule.shape: wsd`, which has a stable phase", "`cosine`",
            "branch from a run with a stable phase");
        var stableEnd = schedule.Warmup + schedule.Stable;
        faults.Require(
            tokens >= schedule.Warmup && (tokens <= stableEnd || schedule.Decay == 0), $"{parentRun}, step {step}",
            $"a checkpoint of the stable phase (steps {Steps(schedule.Warmup)} to {stableEnd / schedule.TokenBatch})",
            tokens < schedule.Warmup ? "one of the warmup" : "one of the decay", "name another step");
        faults.Require(
            decay.Amount > 0 && decay is not { Unit: ExtentUnit.Percent, Amount: >= 100 }, "the decay's length",
            "a length above zero and below 100%", $"`{decay}`", "give such as `80 steps` or `10%`");
        faults.ThrowIfAny();
        var total = decay.Unit == ExtentUnit.Percent ? (long)Math.Round(tokens / (1 - decay.Amount / 100)) : tokens;
        return trunk with
        {
            Name = name,
            InitFrom = null,
            Branches = null,
            Schedule = schedule with
            {
                Stable = tokens - schedule.Warmup,
                Decay = new TokenAxis(schedule.TokenBatch, total).Tokens(decay),
            },
            Parent = new ParentOptions(parentRun, step),
        };

        long Steps(long length) => (length + schedule.TokenBatch - 1) / schedule.TokenBatch;
    }
}
