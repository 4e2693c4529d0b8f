namespace MiniCpmDist.Data.Filtering;

/// <summary>What a rule has removed. A text counts for the first rule that removes it.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Removed">Texts.</param>
/// <param name="RemovedBytes">Their bytes in UTF-8.</param>
/// <param name="Samples">Some of them, by the smallest hashes.</param>
internal sealed record RuleCount(string Rule, long Removed, long RemovedBytes, IReadOnlyList<RemovedSample> Samples)
{
    public RuleCount Plus(RuleCount other, int samples) => this with
    {
        Removed = Removed + other.Removed,
        RemovedBytes = RemovedBytes + other.RemovedBytes,
        Samples = [.. Samples.Concat(other.Samples).DistinctBy(one => one.Draw).OrderBy(one => one.Draw).Take(samples)],
    };
}
