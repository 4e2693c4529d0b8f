using MiniCpmDist.Core.Configuration.Keys;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// What a branch reads while it decays, as a file of its own: a share for each source of the trunk, and sources that
/// the trunk has never had. What is not named is not trained on, and still evaluated.
/// </summary>
/// <example><code> docs: 0.6 code: 0.3 instructions: { path: data/instructions, share: 0.1 }
/// </code></example>
public static class MixtureFile
{
    private const string Share = "share";

    /// <param name="yaml">The file's text.</param>
    /// <param name="source">Its path, for errors.</param>
    /// <param name="trunk">The sources of the trunk.</param>
    /// <returns>The sources of the branch: the trunk's, in their order, then the new ones.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public static IReadOnlyList<SourceOptions> Read(string yaml, string source, IReadOnlyList<SourceOptions> trunk)
    {
        var problems = new ProblemCollector();
        var mapping = YamlText.Load(yaml, source, problems);
        problems.ThrowIfAny();
        var root = new YamlSection(mapping, source, "", problems);
        SourceOptions[] named =
            [.. root.Keys.Select(name => Entry(root, name, trunk.FirstOrDefault(one => one.Name == name)))];
        var sum = named.Sum(one => one.DecayWeight);
        if (!problems.Any)
        {
            problems.Require(
                Math.Abs(sum - SourceOptions.WeightUnit) <= SourceOptions.WeightUnit / 1_000_000, source,
                "shares that add up to 1",
                string.Join(" + ", named.Select(one => SourceWeight.Write(one.DecayWeight)))
                    + $" = {SourceWeight.Write(sum)}",
                "change one of them");
        }
        problems.ThrowIfAny();
        return
        [
            .. trunk.Select(
                one => named.FirstOrDefault(other => other.Name == one.Name) ?? one with { DecayWeight = 0 }),
            .. named.Where(one => trunk.All(other => other.Name != one.Name)),
        ];
    }

    /// <summary>
    /// The sources of a branch with longer sequences: those that are named, with the same share in all phases. Data of
    /// the trunk were packed for its length, so nothing of it is kept that the file does not name.
    /// </summary>
    public static IReadOnlyList<SourceOptions> ForLongerSequences(IReadOnlyList<SourceOptions> mixed) =>
        [.. mixed.Where(one => one.DecayWeight > 0).Select(one => one with { StableWeight = one.DecayWeight })];

    private static SourceOptions Entry(YamlSection root, string name, SourceOptions? known)
    {
        root.Require(
            SourceName.IsValid(name), name, SourceName.Expectation, $"`{name}`", "rename it, such as `instructions`");
        if (root.Node(name) is YamlScalarNode)
        {
            if (known is null)
            {
                root.Problem(
                    name, "a share of a source that the trunk has, or a mapping with its `path`", "a share of another",
                    $"write `{name}: {{ path: data/{name}, share: 0.1 }}`");
            }
            return (known ?? Unknown(name)) with { DecayWeight = root.Weight(name) ?? 0 };
        }
        var section = root.Section(name);
        var path = section.Text("path") ?? known?.Path
            ?? section.RequiredText("path", "a folder that `minicpm data build` made", $"data/{name}") ?? "";
        var share = section.Weight(Share);
        section.Require(
            share is not null || section.HasProblem(Share), Share, "the source's share of the decay", "nothing",
            $"write such as `{Share}: 0.1`");
        var entry = (known ?? Unknown(name)) with
        {
            Path = path,
            HeldOut = section.Text("held_out") ?? known?.HeldOut ?? path,
            DecayWeight = share ?? 0,
            Parts = section.Whole(SourceKeys.Parts, known?.Parts ?? 1, 1, SourceKeys.MostParts),
            WhenExhausted = section.Choice(
                "when_exhausted", known?.WhenExhausted ?? ExhaustionPolicy.Repeat, SourceKeys.Policies),
        };
        section.Finish();
        return entry;
    }

    private static SourceOptions Unknown(string name) =>
        new() { Name = name, Path = "", HeldOut = "", StableWeight = 0 };
}
