namespace MiniCpmDist.Core.Checkpoints;

/// <summary>
/// Says which checkpoints of a run may be deleted. Asking again after the deletion gives the same answer. So a rule
/// leaves the same checkpoints whether it is applied after each save or once at the end.
/// </summary>
public static class RetentionPlan
{
    /// <param name="rule">Null keeps all.</param>
    /// <param name="saved">The committed checkpoints, oldest first.</param>
    /// <param name="newestValid">
    /// The newest one whose files are known to be whole. Newer ones are not counted on and not touched; null keeps all,
    /// because any of them could be the only valid one.
    /// </param>
    /// <param name="branches">By step, the branches that begin there.</param>
    /// <returns>A verdict for each, in the same order.</returns>
    public static IReadOnlyList<RetentionVerdict> Make(
        RetentionRule? rule, IReadOnlyList<SavedCheckpoint> saved, long? newestValid, ILookup<long, string> branches)
    {
        var verdicts = new List<RetentionVerdict>();
        var younger = saved.Count(checkpoint => checkpoint.Step <= newestValid);
        var stretch = 0L;
        foreach (var checkpoint in saved)
        {
            var reasons = new List<string>();
            if (rule is null)
                reasons.Add("all");
            if (newestValid is null || checkpoint.Step > newestValid)
                reasons.Add("no valid one after it");
            else if (younger-- <= (rule?.Last ?? 1))
                reasons.Add("last");
            if (rule?.Every is { } every && every.StretchOf(checkpoint.Step, checkpoint.Tokens) is var now
                && now > stretch)
            {
                stretch = now;
                reasons.Add("every");
            }
            if (checkpoint.EndsPhase && rule?.PhaseEnds != false)
                reasons.Add("phase end");
            reasons.AddRange(branches[checkpoint.Step].Select(branch => $"parent of {branch}"));
            verdicts.Add(new RetentionVerdict(checkpoint, reasons));
        }
        return verdicts;
    }
}
