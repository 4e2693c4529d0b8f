using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.DataOrder.DataOptions>;
using Row = MiniCpmDist.Core.Configuration.Keys.KeyRow<MiniCpmDist.Core.DataOrder.DataOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>data</c>.</summary>
internal static class DataKeys
{
    /// <summary>
    /// The key of the sequence length. Other sections need it, because steps consist of whole sequences.
    /// </summary>
    public const string SequenceLength = "sequence_length";

    /// <summary>The longest sequence.</summary>
    public const int MaximumSequenceLength = 1 << 24;

    private const string Sources = "sources";
    private const string Train = "train";
    private const string HeldOut = "held_out";

    private static readonly DataOptions s_standard = new() { Sources = [] };

    private static readonly Row s_sequenceLength = Key.Whole(
        SequenceLength, o => o.SequenceLength, (o, v) => o with { SequenceLength = v }, 1, KeyRule.Order,
        "tokens in a sequence; every source was built with it", MaximumSequenceLength);

    public static KeyTable<DataOptions> Table { get; } = new(
        Key.Short(Train),
        Key.Short(HeldOut),
        new(Sources)
        {
            Write = WriteSources,
            // Checkpoints fix no key of a source: the entry stands for any source, so it has no single value.
            Entries =
            [
                .. SourceKeys.Table.Entries.Select(
                    entry => entry.In<DataOptions>($"{Sources}.{RunKeys.AnySource}", _ => null)),
            ],
        },
        s_sequenceLength,
        Key.Every(
            "evaluate_every", o => o.EvaluateEvery, (o, v) => o with { EvaluateEvery = v }, KeyRule.Watching,
            "between two evaluations", isShare: true),
        Key.Whole(
            "evaluate_sequences", o => o.EvaluateSequences, (o, v) => o with { EvaluateSequences = v }, 1,
            KeyRule.Watching, "sequences of an evaluation, of each source"));

    /// <summary>Reads only the sequence length, before all other keys: lengths in steps depend on it.</summary>
    public static int ReadSequenceLength(YamlSection section) =>
        s_sequenceLength.Read!(s_standard, section, default).SequenceLength;

    /// <returns>Null, with a problem, where no source can be told from it.</returns>
    public static DataOptions? Read(YamlSection section, TokenAxis axis)
    {
        var sources = section.Has(Sources) ? Several(section) : Single(section);
        var options = Table.Read(section, s_standard with { Sources = sources ?? [] }, axis);
        return sources is null ? null : options;
    }

    /// <summary>Reads the short form: <c>train</c>, and <c>held_out</c> where it is another folder.</summary>
    private static IReadOnlyList<SourceOptions>? Single(YamlSection section)
    {
        var train = section.RequiredText(Train, "a folder that `minicpm data build` made", "data/c4");
        var heldOut = section.Text(HeldOut) ?? train;
        if (train is null || heldOut is null)
            return null;
        return [new SourceOptions { Name = SourceName.OfFolder(train), Path = train, HeldOut = heldOut }];
    }

    private static List<SourceOptions>? Several(YamlSection section)
    {
        foreach (var key in new[] { Train, HeldOut })
        {
            section.Require(
                !section.Has(key), key, "either `data.train` or `data.sources`", "both",
                $"remove it; under `sources`, a source has `path` and `held_out`");
        }
        var mapping = section.Section(Sources);
        var single = mapping.Keys.Count == 1;
        var sources = mapping.Keys.Select(name => SourceKeys.Read(mapping, name, single)).ToList();
        mapping.Finish();
        section.Require(
            sources.Count > 0 || section.HasProblem(Sources), Sources, "at least one source", "none",
            "write such as `sources: { c4: { path: data/c4 } }`");
        if (sources.Count == 0 || sources.Contains(null))
            return null;
        var known = sources.OfType<SourceOptions>().ToList();
        var (stable, decay) = (
            known.ConvertAll(source => source.StableWeight), known.ConvertAll(source => source.DecayWeight));
        RequireWhole(section, "stable", stable);
        if (!decay.SequenceEqual(stable))
            RequireWhole(section, "decay", decay);
        return known;
    }

    /// <summary>
    /// Requires weights that add up to 1. Other sums are a mistake, and a silent correction would hide it.
    /// </summary>
    private static void RequireWhole(YamlSection section, string phase, IReadOnlyList<long> weights)
    {
        var sum = weights.Sum();
        var parts = string.Join(" + ", weights.Select(SourceWeight.Write));
        section.Require(
            Math.Abs(sum - SourceOptions.WeightUnit) <= SourceOptions.WeightTolerance, Sources,
            $"weights of the {phase} phase that add up to 1", $"{parts} = {SourceWeight.Write(sum)}",
            $"change `{phase}` of a source");
    }

    private static void WriteSources(DataOptions options, RunFileText text) => text.Section(Sources, () =>
    {
        foreach (var source in options.Sources)
            text.Section(source.Name, () => SourceKeys.Table.Write(source, text));
    });
}
