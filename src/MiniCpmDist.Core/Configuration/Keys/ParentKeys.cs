using System.Globalization;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Runs.ParentOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>parent</c>.</summary>
internal static class ParentKeys
{
    private const string Run = "run";
    private const string RunExpected = "the folder of the run that this one branches from";
    private const string Step = "step";
    private const string StepExpected = "the step of one of its checkpoints";
    private const string Upcycle = "upcycle_moments";
    private const string UpcycleExpected = "`copied` or `new`, for a model with experts whose parent has none";

    private const string Extends = "extends";

    public static KeyTable<ParentOptions> Table { get; } = new(
        Key.Special(
            Run, KeyRule.StartOnly, RunExpected, "the run that this one branches from",
            (o, text) => text.Line(Run, YamlScalar.Of(o.Run)),
            (o, section, _) => o with { Run = section.RequiredText(Run, RunExpected, "../trunk") ?? "" }),
        Key.Special(
            Step, KeyRule.StartOnly, StepExpected, "the checkpoint that this run begins with",
            (o, text) => text.Line(Step, o.Step.ToString(CultureInfo.InvariantCulture)),
            (o, section, _) => o with { Step = ReadStep(section) }),
        Key.Special(
            Upcycle, KeyRule.StartOnly, UpcycleExpected,
            "that each expert begins as the parent's feed-forward part, with moments copied from it or new ones",
            WriteUpcycle, (o, section, _) => o with { Upcycle = ReadUpcycle(section) }),
        Key.Special(
            Extends, KeyRule.StartOnly, "`true` or `false`",
            "that sequences, rotary positions or the output matrix are others than the parent's",
            WriteExtends, (o, section, _) => o with { Extends = section.Truth(Extends, o.Extends) }));

    private static void WriteExtends(ParentOptions options, RunFileText text)
    {
        if (options.Extends)
            text.Line(Extends, YamlScalar.Of(options.Extends));
    }

    private static long ReadStep(YamlSection section)
    {
        var step = section.Whole(Step, 0L, 1L);
        if (!section.Has(Step))
            section.Problem(Step, StepExpected, "nothing", "write such as `parent.step: 400`");
        return step;
    }

    private static void WriteUpcycle(ParentOptions options, RunFileText text)
    {
        if (options.Upcycle is { } moments)
            text.Line(Upcycle, Wording.Of(UpcycleOptions.MomentWords, moments));
    }

    private static UpcycledMoments? ReadUpcycle(YamlSection section) =>
        section.Has(Upcycle) || section.Text(Upcycle) is not null
            ? section.Choice(Upcycle, UpcycledMoments.Copied, UpcycleOptions.MomentWords)
            : null;
}
