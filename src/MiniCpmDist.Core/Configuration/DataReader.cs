using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>data</c> section.</summary>
internal static class DataReader
{
    /// <returns>Null, with a fault, where no source can be told from it.</returns>
    public static DataOptions? Read(YamlSection section, int sequenceLength, TokenAxis axis)
    {
        var sources = section.Has("sources") ? Sources(section) : Single(section);
        var every = axis.Interval(section, "evaluate_every");
        var sequences = section.Whole("evaluate_sequences", 64, 1);
        section.Finish();
        return sources is null ? null : new DataOptions
        {
            Sources = sources,
            SequenceLength = sequenceLength,
            EvaluateEvery = every,
            EvaluateSequences = sequences,
        };
    }

    /// <summary>The short form: <c>train</c>, and <c>held_out</c> where it is another folder.</summary>
    private static IReadOnlyList<SourceOptions>? Single(YamlSection section)
    {
        var train = section.RequiredText("train", "a folder that `minicpm data build` made", "data/c4");
        var heldOut = section.Text("held_out") ?? train;
        // Asking for it makes it a known key, for whoever misspells it.
        section.Node("sources");
        if (train is null || heldOut is null)
            return null;
        return [new SourceOptions { Name = SourceName.OfFolder(train), Path = train, HeldOut = heldOut }];
    }

    private static List<SourceOptions>? Sources(YamlSection section)
    {
        foreach (var key in new[] { "train", "held_out" })
        {
            section.Require(
                !section.Has(key), key, "either `data.train` or `data.sources`", "both",
                $"remove it; under `sources`, a source has `path` and `held_out`");
            section.Node(key);
        }
        var mapping = section.Section("sources");
        var single = mapping.Keys.Count == 1;
        var sources = mapping.Keys.Select(name => SourceReader.Read(mapping, name, single)).ToList();
        mapping.Finish();
        section.Require(
            sources.Count > 0 || section.IsFaulty("sources"), "sources", "at least one source", "none",
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
    /// Weights that add up to something else are a slip of the pen, and a silent correction would hide it.
    /// </summary>
    private static void RequireWhole(YamlSection section, string phase, IReadOnlyList<long> weights)
    {
        var sum = weights.Sum();
        var parts = string.Join(" + ", weights.Select(SourceWeight.Write));
        section.Require(
            Math.Abs(sum - SourceOptions.WeightUnit) <= SourceOptions.WeightTolerance, "sources",
            $"weights of the {phase} phase that add up to 1", $"{parts} = {SourceWeight.Write(sum)}",
            $"change `{phase}` of a source");
    }
}
