using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Values;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Model.RopeScaling>;
using Row = MiniCpmDist.Core.Configuration.Keys.KeyRow<MiniCpmDist.Core.Model.RopeScaling>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>
/// The section <c>model.rope_scaling</c>. The run file of a model that turns by its base alone has none of it.
/// </summary>
internal static class RopeKeys
{
    public const string Section = "rope_scaling";

    private const string Type = "type";
    private const string Factor = "factor";
    private const string OriginalLength = "original_length";
    private const string BetaFast = "beta_fast";
    private const string BetaSlow = "beta_slow";
    private const string AttentionFactor = "attention_factor";
    private const string LongFactors = "long_factors";
    private const string ShortFactors = "short_factors";
    private const string Positive = "a number above zero";
    private const string ListExpected = "a list of numbers above zero, one of each pair of a head's dimensions";

    public static KeyTable<RopeScaling> Table { get; } = new(
        Key.Choice(
            Type, o => o.Kind, (o, v) => o with { Kind = v }, RopeWords.All, KeyRule.Forward,
            "how rotary positions reach beyond the old length").HeldAs(o => RopeWords.Of(o.Kind)).Before("none"),
        Number(
            Factor, o => o.Factor, (o, v) => o with { Factor = v }, "a number from 1", v => v >= 1, "1", _ => true,
            "the new length over the old one"),
        Key.Whole(
            OriginalLength, o => o.OriginalLength, (o, v) => o with { OriginalLength = v }, 2, KeyRule.Forward,
            "tokens in a sequence before the model was extended", DataKeys.MaximumSequenceLength).Before("0"),
        Number(
            BetaFast, o => o.BetaFast, (o, v) => o with { BetaFast = v }, Positive, v => v > 0, "32", IsYarn,
            "dimensions that turn more often than this over the old length stay as they are"),
        Number(
            BetaSlow, o => o.BetaSlow, (o, v) => o with { BetaSlow = v }, Positive, v => v > 0, "1", IsYarn,
            "dimensions that turn less often than this are slowed by the whole factor"),
        Number(
            AttentionFactor, o => o.AttentionFactor, (o, v) => o with { AttentionFactor = v }, Positive, v => v > 0,
            "0", o => o.AttentionFactor > 0,
            "what cosines and sines are multiplied with, if not what the method's paper says"),
        Numbers(
            LongFactors, o => o.LongFactors, (o, v) => o with { LongFactors = v },
            "what angles are divided by in sequences beyond the old length"),
        Numbers(
            ShortFactors, o => o.ShortFactors, (o, v) => o with { ShortFactors = v },
            "what angles are divided by in sequences up to the old length; 1 where there is no such list"));

    /// <summary>Reads the section of a model, whose head is known.</summary>
    public static ModelShape Read(ModelShape shape, YamlSection model)
    {
        if (!model.Has(Section))
            return shape;
        var section = Table.Open(model, Section);
        var scaling = Table.Read(section, RopeScaling.None);
        RequireKeys(scaling, section);
        if (section.HasProblem(Type))
            return shape;
        section.Require(
            scaling.Kind == RopeScalingKind.None || section.HasProblem(OriginalLength) || scaling.OriginalLength > 0,
            OriginalLength, "the length that the model was trained with before", "nothing",
            $"write such as `{OriginalLength}: 4096`");
        section.Require(
            scaling.Kind == RopeScalingKind.None || section.HasProblem(Factor) || section.Has(Factor),
            Factor, "the new length over the old one", "nothing", $"write such as `{Factor}: 4`");
        section.Require(
            section.HasProblem(BetaFast) || section.HasProblem(BetaSlow) || scaling.HasRamp,
            BetaFast, $"more than `{BetaSlow}: {YamlScalar.Of(scaling.BetaSlow)}`", scaling.BetaFast,
            $"write such as `{BetaFast}: 32`");
        section.Require(
            scaling.Kind != RopeScalingKind.Yarn || shape.RopeTheta > 1, Type, "a `rope_theta` above 1 for `yarn`",
            YamlScalar.Of(shape.RopeTheta), "write such as `rope_theta: 10000`");
        if (scaling.Kind != RopeScalingKind.LongRope)
            return shape with { RopeScaling = scaling };
        if (!section.Has(ShortFactors))
            scaling = scaling with { ShortFactors = [.. Enumerable.Repeat(1.0, shape.HeadDim / 2)] };
        RequireLength(section, LongFactors, scaling.LongFactors, shape.HeadDim / 2);
        RequireLength(section, ShortFactors, scaling.ShortFactors, shape.HeadDim / 2);
        return shape with { RopeScaling = scaling };
    }

    /// <summary>Writes the section, where there is something to say.</summary>
    public static void Write(ModelShape shape, RunFileText text)
    {
        if (shape.RopeScaling.Kind != RopeScalingKind.None)
            text.Section(Section, () => Table.Write(shape.RopeScaling, text));
    }

    /// <summary>A key that its type does not have would change nothing, and so is a mistake.</summary>
    private static void RequireKeys(RopeScaling scaling, YamlSection section)
    {
        string[] keys = scaling.Kind switch
        {
            RopeScalingKind.None => [],
            RopeScalingKind.Dynamic => [Factor, OriginalLength],
            RopeScalingKind.Yarn => [Factor, OriginalLength, BetaFast, BetaSlow, AttentionFactor],
            _ => [Factor, OriginalLength, AttentionFactor, LongFactors, ShortFactors],
        };
        foreach (var key in Table.Names.Except([Type, .. keys]))
        {
            section.Require(
                !section.Has(key) || section.HasProblem(key) || section.HasProblem(Type), key,
                $"no such key with `{Type}: {RopeWords.Of(scaling.Kind)}`", "one", "remove it, or change the type");
        }
    }

    private static void RequireLength(YamlSection section, string key, IReadOnlyList<double> factors, int count) =>
        section.Require(
            section.HasProblem(key) || factors.Count == count, key,
            $"{count} numbers, half as many as a head has dimensions", factors.Count,
            $"write such as `{key}: [1, ...]`");

    private static bool IsYarn(RopeScaling scaling) => scaling.Kind == RopeScalingKind.Yarn;

    private static Row Number(
        string name, Func<RopeScaling, double> get, Func<RopeScaling, double, RopeScaling> set, string expected,
        Func<double, bool> allowed, string earlier, Func<RopeScaling, bool> isWritten, string help) =>
        Key.Special(
            name, KeyRule.Forward, expected, help, (o, text) =>
            {
                if (isWritten(o))
                    text.Line(name, YamlScalar.Of(get(o)));
            },
            (o, section, _) => set(
                o, section.Number(name, get(o), expected, value => allowed(value) && double.IsFinite(value))))
            .HeldAs(o => get(o)).Before(earlier);

    private static Row Numbers(
        string name, Func<RopeScaling, IReadOnlyList<double>> get,
        Func<RopeScaling, IReadOnlyList<double>, RopeScaling> set, string help) =>
        Key.Special(
            name, KeyRule.Forward, ListExpected, help, (o, text) =>
            {
                if (get(o).Count > 0)
                    text.Line(name, $"[{Spell(get(o))}]");
            },
            (o, section, _) => set(o, ReadNumbers(section, name)))
            .HeldAs(o => Spell(get(o))).Before("");

    private static string Spell(IReadOnlyList<double> numbers) => string.Join(", ", numbers.Select(YamlScalar.Of));

    private static double[] ReadNumbers(YamlSection section, string name)
    {
        var texts = section.Texts(name);
        var numbers = new List<double>();
        foreach (var text in texts)
        {
            if (Quantity.TryParse(text, out var number) && number > 0 && double.IsFinite(number))
                numbers.Add(number);
            else if (!section.HasProblem(name))
                section.Problem(name, ListExpected, $"`{text}`", $"write such as `{name}: [1, 1.1]`");
        }
        return [.. numbers];
    }
}
