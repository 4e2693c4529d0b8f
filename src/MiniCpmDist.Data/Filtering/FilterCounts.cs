using MiniCpmDist.Core.Filtering;

namespace MiniCpmDist.Data.Filtering;

/// <summary>What has become of some texts. It does not depend on their order.</summary>
/// <param name="Texts">All of them.</param>
/// <param name="TextBytes">Their bytes in UTF-8.</param>
/// <param name="Kept">Those that all rules keep.</param>
/// <param name="KeptBytes">Their bytes in UTF-8.</param>
/// <param name="Rules">By rule, in the order of the pipeline.</param>
internal sealed record FilterCounts(
    long Texts, long TextBytes, long Kept, long KeptBytes, IReadOnlyList<RuleCount> Rules)
{
    public static FilterCounts Zero(FilterPipeline pipeline) =>
        new(0, 0, 0, 0, [.. pipeline.Names.Select(name => new RuleCount(name, 0, 0, []))]);

    public FilterCounts Plus(FilterCounts other, int samples) => new(
        Texts + other.Texts, TextBytes + other.TextBytes, Kept + other.Kept, KeptBytes + other.KeptBytes,
        [.. Rules.Zip(other.Rules, (left, right) => left.Plus(right, samples))]);

    public FilterCounts WithKept(int bytes) => this with
    {
        Texts = Texts + 1,
        TextBytes = TextBytes + bytes,
        Kept = Kept + 1,
        KeptBytes = KeptBytes + bytes,
    };

    public FilterCounts WithRemoved(string rule, string text, int bytes, double value, int samples) => this with
    {
        Texts = Texts + 1,
        TextBytes = TextBytes + bytes,
        Rules =
        [
            .. Rules.Select(count => count.Rule != rule ? count : count.Plus(
                new RuleCount(rule, 1, bytes, [RemovedSample.Of(text, value)]), samples)),
        ],
    };
}
