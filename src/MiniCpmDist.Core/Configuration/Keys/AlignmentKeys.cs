using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Values;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Alignment.AlignmentOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>alignment</c>. A run of pre-training has none.</summary>
internal static class AlignmentKeys
{
    public const string Section = "alignment";

    private static readonly KeyRule s_objective = KeyRule.Fixed("it decides what is minimized");

    private static readonly (string Word, AlignmentMethod Value)[] s_methods =
        [("none", AlignmentMethod.None), ("sft", AlignmentMethod.Sft), ("dpo", AlignmentMethod.Dpo)];

    private static readonly (string Word, PreferenceRule Value)[] s_rules =
        [("sigmoid", PreferenceRule.Sigmoid), ("ipo", PreferenceRule.Ipo)];

    public static KeyTable<AlignmentOptions> Table { get; } = new(
    [
        Key.Choice(
            "method", o => o.Method, (o, v) => o with { Method = v }, s_methods, s_objective,
            "what the run trains for").HeldAs(o => Word(s_methods, o.Method)).Before("none"),
        Key.Truth(
            "flat_learning_rate", o => o.IsFlat, (o, v) => o with { IsFlat = v }, s_objective,
            "whether every parameter has the same learning rate, without muP's groups").Before("False"),
        .. LoraKeys.Rows,
        Key.Number(
            "beta", o => o.Beta, (o, v) => o with { Beta = v }, "a number above zero", v => v > 0, s_objective,
            "DPO: how near the model is kept to the reference").Before("0.1"),
        Key.Choice(
            "loss", o => o.Rule, (o, v) => o with { Rule = v }, s_rules, s_objective,
            "DPO: the loss of a pair as a function of its margin").HeldAs(o => Word(s_rules, o.Rule)).Before("sigmoid"),
        Key.Number(
            "label_smoothing", o => o.LabelSmoothing, (o, v) => o with { LabelSmoothing = v },
            "a number from 0, below 0.5", v => v is >= 0 and < 0.5, s_objective,
            "DPO: the share of pairs that are taken to be the wrong way round").Before("0"),
        Key.Number(
            "sft_weight", o => o.SftWeight, (o, v) => o with { SftWeight = v }, "a number from 0", v => v >= 0,
            s_objective, "DPO: so much of the chosen answer's mean token loss is added").Before("0"),
        Key.Truth(
            "length_normalized", o => o.IsLengthNormalized, (o, v) => o with { IsLengthNormalized = v }, s_objective,
            "DPO: whether log-probabilities are means over an answer's tokens and not sums").Before("False"),
        Key.Whole(
            "report_prompts", o => o.ReportPrompts, (o, v) => o with { ReportPrompts = v }, 0, KeyRule.Watching,
            "DPO: held-out prompts that both models answer at the end of the run; 0 for no report", 1024),
    ])
    {
        Complete = Check,
    };

    private static string Word<T>((string Word, T Value)[] words, T value) where T : struct =>
        Wording.Of(words, value);

    private static AlignmentOptions Check(AlignmentOptions options, YamlSection section)
    {
        section.Require(
            options.Rule != PreferenceRule.Ipo || options.LabelSmoothing == 0, "label_smoothing",
            "0 with `loss: ipo`, which has no smoothing", options.LabelSmoothing, "remove it, or `loss: ipo`");
        LoraKeys.Check(options, section);
        return options;
    }
}
