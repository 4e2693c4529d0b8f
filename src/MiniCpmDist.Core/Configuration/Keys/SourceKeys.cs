using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Values;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.DataOrder.SourceOptions>;
using Row = MiniCpmDist.Core.Configuration.Keys.KeyRow<MiniCpmDist.Core.DataOrder.SourceOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>An entry of <c>data.sources</c>.</summary>
internal static class SourceKeys
{
    public const string HeldOut = "held_out";
    public const string WhenExhausted = "when_exhausted";
    public const string Parts = "parts";

    /// <summary>More than anybody will append, and few enough to name and open them all.</summary>
    public const int MostParts = 9999;

    private const string Path = "path";
    private const string PathExpected = "a folder that `minicpm data build` made";
    private const string Stable = "stable";
    private const string Decay = "decay";

    // The short form: one share for both phases.
    private const string Weight = "weight";

    public static IReadOnlyList<(string Word, ExhaustionPolicy Value)> Policies { get; } =
    [
        ("repeat", ExhaustionPolicy.Repeat),
        ("drop", ExhaustionPolicy.Drop),
        ("stop", ExhaustionPolicy.Stop),
    ];

    public static KeyTable<SourceOptions> Table { get; } = new(
        Key.Special(
            Path, KeyRule.Sources, PathExpected, "the folder whose training split is read",
            (o, text) => text.Line(Path, YamlScalar.Of(o.Path))),
        Key.Text(
            HeldOut, o => o.HeldOut, (o, v) => o with { HeldOut = v! }, KeyRule.Watching,
            "the folder whose held-out split is evaluated, where it is another one"),
        Share(Stable, o => o.StableWeight, "share of the tokens before the decay"),
        Share(Decay, o => o.DecayWeight, "share of the tokens of the decay"),
        Key.Short(Weight),
        PartsRow(),
        Key.Choice(
            WhenExhausted, o => o.WhenExhausted, (o, v) => o with { WhenExhausted = v }, Policies, KeyRule.Later,
            "what happens when all of it has been read"));

    /// <param name="sources">The mapping of all sources.</param>
    /// <param name="name">Which of them.</param>
    /// <param name="isOnly">A single source needs no weight.</param>
    /// <returns>Null, with a problem, where its path is missing.</returns>
    public static SourceOptions? Read(YamlSection sources, string name, bool isOnly)
    {
        sources.Require(
            SourceName.IsValid(name), name, SourceName.Expectation, $"`{name}`", "rename it, such as `c4` or `code`");
        var section = Table.Open(sources, name);
        var path = section.RequiredText(Path, PathExpected, $"data/{name}");
        var both = section.Weight(Weight);
        var stable = section.Weight(Stable) ?? both ?? (isOnly ? SourceOptions.WeightUnit : null);
        var decay = section.Weight(Decay) ?? both ?? stable;
        section.Require(
            stable is not null || section.HasProblem(Stable) || section.HasProblem(Weight), Stable,
            "the source's share of the tokens before the decay", "nothing", "write such as `stable: 0.5` (0 for none)");
        var source = Table.Read(section, new SourceOptions
        {
            Name = name,
            Path = path ?? "",
            HeldOut = path ?? "",
            StableWeight = stable ?? 0,
            DecayWeight = decay ?? 0,
        });
        return path is null || stable is null ? null : source;
    }

    // A source that nobody has appended to is written as it always was.
    private static Row PartsRow()
    {
        var row = Key.Whole(
            Parts, o => o.Parts, (o, v) => o with { Parts = v }, 1, KeyRule.Later,
            "parts that are read: 1 for what was built, and one more for each `minicpm data append`", MostParts);
        return row with
        {
            Write = (options, text) =>
            {
                if (options.Parts > 1)
                    row.Write!(options, text);
            },
        };
    }

    /// <summary>
    /// The row of a share. Both shares are read together: a missing one is the other phase's, or that of both.
    /// </summary>
    private static Row Share(string name, Func<SourceOptions, long> get, string help) => Key.Special(
        name, KeyRule.Later, "a share from 0 to 1, or from 0% to 100%", help,
        (o, text) => text.Line(name, SourceWeight.Write(get(o))));
}
