using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>One entry of <c>data.sources</c>.</summary>
internal static class SourceReader
{
    public static IReadOnlyList<(string Word, ExhaustionPolicy Value)> Policies { get; } =
    [
        ("repeat", ExhaustionPolicy.Repeat),
        ("drop", ExhaustionPolicy.Drop),
        ("stop", ExhaustionPolicy.Stop),
    ];

    /// <param name="sources">The mapping of all sources.</param>
    /// <param name="name">Which of them.</param>
    /// <param name="isOnly">A single source needs no weight.</param>
    /// <returns>Null, with a fault, where its path is missing.</returns>
    public static SourceOptions? Read(YamlSection sources, string name, bool isOnly)
    {
        sources.Require(
            SourceName.IsValid(name), name, SourceName.Expectation, $"`{name}`", "rename it, such as `c4` or `code`");
        var section = sources.Section(name);
        var path = section.RequiredText("path", "a folder that `minicpm data build` made", $"data/{name}");
        var both = SourceWeight.Read(section, "weight");
        var stable = SourceWeight.Read(section, "stable") ?? both ?? (isOnly ? SourceOptions.WeightUnit : null);
        var decay = SourceWeight.Read(section, "decay") ?? both ?? stable;
        section.Require(
            stable is not null || section.IsFaulty("stable") || section.IsFaulty("weight"), "stable",
            "the source's share of the tokens before the decay", "nothing", "write such as `stable: 0.5` (0 for none)");
        var source = new SourceOptions
        {
            Name = name,
            Path = path ?? "",
            HeldOut = section.Text("held_out") ?? path ?? "",
            StableWeight = stable ?? 0,
            DecayWeight = decay ?? 0,
            WhenExhausted = section.Choice("when_exhausted", ExhaustionPolicy.Repeat, Policies),
        };
        section.Finish();
        return path is null || stable is null ? null : source;
    }
}
