using System.Globalization;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Runs.ParentOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>parent</c>.</summary>
internal static class ParentKeys
{
    private const string Run = "run";
    private const string RunExpected = "the folder of the run that this one branches from";
    private const string Step = "step";
    private const string StepExpected = "the step of one of its checkpoints";

    public static KeyTable<ParentOptions> Table { get; } = new(
        Key.Special(
            Run, KeyRule.StartOnly, RunExpected, "the run that this one branches from",
            (o, text) => text.Line(Run, YamlScalar.Of(o.Run)),
            (o, section, _) => o with { Run = section.RequiredText(Run, RunExpected, "../trunk") ?? "" }),
        Key.Special(
            Step, KeyRule.StartOnly, StepExpected, "the checkpoint that this run begins with",
            (o, text) => text.Line(Step, o.Step.ToString(CultureInfo.InvariantCulture)),
            (o, section, _) => o with { Step = ReadStep(section) }));

    private static long ReadStep(YamlSection section)
    {
        var step = section.Whole(Step, 0L, 1L);
        if (!section.Has(Step))
            section.Problem(Step, StepExpected, "nothing", "write such as `parent.step: 400`");
        return step;
    }
}
