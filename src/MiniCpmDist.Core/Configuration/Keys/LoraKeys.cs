using System.Globalization;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Values;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Alignment.AlignmentOptions>;
using Row = MiniCpmDist.Core.Configuration.Keys.KeyRow<MiniCpmDist.Core.Alignment.AlignmentOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The keys of adapters. A run that trains the weights themselves has none of them.</summary>
internal static class LoraKeys
{
    public const string Rank = "lora_rank";
    public const string Alpha = "lora_alpha";
    public const string Matrices = "lora_matrices";

    private static readonly KeyRule s_trained = KeyRule.Fixed("it decides what is trained");

    private static readonly string s_words = string.Join(", ", LoraWords.All.Select(entry => entry.Word));

    public static IReadOnlyList<Row> Rows { get; } =
    [
        Key.Special(
            Rank, s_trained, $"a whole number from 0 to {LoraOptions.LargestRank}",
            "rank of the low-rank adapters that are trained in place of the weights; 0 trains the weights",
            (o, text) => Write(o, text, Rank, lora => lora.Rank.ToString(CultureInfo.InvariantCulture)),
            (o, section, _) => ReadRank(o, section))
            .HeldAs(o => o.Lora?.Rank ?? 0).Before("0"),
        Key.Special(
            Alpha, s_trained, "a number above zero", $"numerator of the adapters' factor, {Alpha} / {Rank}",
            (o, text) => Write(o, text, Alpha, lora => YamlScalar.Of(lora.Alpha)),
            (o, section, _) => o.Lora is { } lora
                ? o with { Lora = lora with { Alpha = ReadAlpha(lora, section) } }
                : o)
            .HeldAs(o => o.Lora?.Alpha ?? 0).Before("0"),
        Key.Special(
            Matrices, s_trained, $"names out of {s_words}", "the matrices of each block that have adapters",
            (o, text) => Write(o, text, Matrices, lora => $"[{Names(lora)}]"),
            (o, section, _) => o.Lora is { } lora
                ? o with { Lora = lora with { Matrices = ReadMatrices(lora, section) } }
                : o)
            .HeldAs(o => o.Lora is { } lora ? Names(lora) : "").Before(""),
    ];

    /// <summary>Checks the keys against each other.</summary>
    public static void Check(AlignmentOptions options, YamlSection section)
    {
        if (options.Lora is null)
        {
            foreach (var key in (string[])[Alpha, Matrices])
            {
                if (section.Has(key) && !section.HasProblem(Rank))
                {
                    section.Problem(
                        key, $"no such key without `{Rank}`", "the key",
                        $"remove it, or write such as `{Rank}: 16`");
                }
            }
            return;
        }
        section.Require(
            options.Method != AlignmentMethod.None, Rank, "adapters in a run of `method: sft` or `method: dpo`",
            options.Lora.Rank, "remove it: pre-training trains the weights");
    }

    /// <summary>Refuses matrices that the model does not have.</summary>
    public static void Check(AlignmentOptions options, ModelShape shape, YamlSection root)
    {
        if (options.Lora is not { } lora)
            return;
        var missing = AdapterList.Missing(shape, lora.Matrices);
        root.Require(
            missing.Count == 0, AlignmentKeys.Section,
            $"`{Matrices}` that a block of the model has", string.Join(", ", missing),
            $"write such as `{Matrices}: [{string.Join(", ", LoraWords.Of(AdapterList.Possible(shape)))}]`");
    }

    private static AlignmentOptions ReadRank(AlignmentOptions options, YamlSection section)
    {
        var rank = section.Whole(Rank, options.Lora?.Rank ?? 0, 0, LoraOptions.LargestRank);
        return options with { Lora = rank == 0 ? null : new LoraOptions(rank, 0, LoraMatrices.None) };
    }

    private static double ReadAlpha(LoraOptions lora, YamlSection section) => section.Number(
        Alpha, LoraOptions.AlphaOfRank * lora.Rank, "a number above zero", value => value > 0);

    private static LoraMatrices ReadMatrices(LoraOptions lora, YamlSection section)
    {
        if (!section.Has(Matrices))
            return lora.Matrices == LoraMatrices.None ? LoraMatrices.All : lora.Matrices;
        var names = section.Texts(Matrices);
        var found = LoraWords.Parse(names);
        section.Require(
            found is not (null or LoraMatrices.None) || section.HasProblem(Matrices), Matrices,
            $"names out of {s_words}", string.Join(", ", names), $"write such as `{Matrices}: [q_proj, v_proj]`");
        return found is null or LoraMatrices.None ? LoraMatrices.All : found.Value;
    }

    private static string Names(LoraOptions lora) => string.Join(", ", LoraWords.Of(lora.Matrices));

    private static void Write(
        AlignmentOptions options, RunFileText text, string name, Func<LoraOptions, string> spell)
    {
        if (options.Lora is { } lora)
            text.Line(name, spell(lora));
    }
}
