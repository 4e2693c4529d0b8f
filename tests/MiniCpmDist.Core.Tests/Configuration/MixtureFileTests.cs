using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class MixtureFileTests
{
    private const string Two = """
        sources:
            web: { path: data/web, stable: 1, decay: 70% }
            code: { path: data/code, held_out: data/other, stable: 0, decay: 0.3, when_exhausted: stop }
        """;

    [Fact]
    public void Each_phase_has_its_own_weights()
    {
        var data = Parse(Two).Data;

        Assert.Equal(["web", "code"], data.Sources.Select(source => source.Name));
        Assert.Equal([1_000_000_000L, 0], data.Weights(PhaseKind.Warmup));
        Assert.Equal([1_000_000_000L, 0], data.Weights(PhaseKind.Stable));
        Assert.Equal([700_000_000L, 300_000_000], data.Weights(PhaseKind.Decay));
        Assert.Equal(ExhaustionPolicy.Stop, data.Sources[1].WhenExhausted);
        Assert.Equal(("data/web", "data/other"), (data.Sources[0].HeldOut, data.Sources[1].HeldOut));
    }

    [Fact]
    public void One_weight_is_for_all_phases_and_a_single_source_needs_none()
    {
        var same = Parse("sources: { a: { path: x, weight: 0.25 }, b: { path: y, weight: 75% } }").Data;
        var single = Parse("sources: { a: { path: x } }").Data;

        Assert.Equal(same.Weights(PhaseKind.Stable), same.Weights(PhaseKind.Decay));
        Assert.Equal([250_000_000L, 750_000_000], same.Weights(PhaseKind.Stable));
        Assert.Equal([1_000_000_000L], single.Weights(PhaseKind.Decay));
    }

    [Fact]
    public void The_short_form_is_one_source_named_after_its_folder()
    {
        var source = Assert.Single(Parse("train: /corpora/c4.en").Data.Sources);

        Assert.Equal(("c4_en", "/corpora/c4.en", "/corpora/c4.en"), (source.Name, source.Path, source.HeldOut));
    }

    [Theory]
    [InlineData(Two)]
    [InlineData("sources: { a: { path: 'x: y', weight: 0.333333333 }, b: { path: y, weight: 0.666666667 } }")]
    [InlineData("sources: { a: { path: x, when_exhausted: drop } }")]
    public void What_is_written_is_read_as_equal_sources(string data)
    {
        var run = Parse(data);

        Assert.Equal(run, RunFile.Parse(RunFile.Write(run), "run.yaml"));
    }

    [Theory]
    [InlineData("a: { path: x, weight: 0.5 }, b: { path: y, weight: 0.4 }", "data.sources", "0.5 + 0.4 = 0.9")]
    [InlineData(
        "a: { path: x, stable: 1, decay: 0.5 }, b: { path: y, stable: 0, decay: 0.6 }", "data.sources", "decay")]
    [InlineData("a: { path: x, weight: 120% }", "data.sources.a.weight", "from 0 to 1")]
    [InlineData("a: { path: x, weight: -1 }", "data.sources.a.weight", "found `-1`")]
    [InlineData("a: { path: x, weight: half }", "data.sources.a.weight", "found `half`")]
    [InlineData("a: { path: x }, b: { path: y, weight: 1 }", "data.sources.a.stable", "found nothing")]
    [InlineData("a: { weight: 1 }", "data.sources.a.path", "data/a")]
    [InlineData("a: { path: x, wieght: 1 }", "data.sources.a.wieght", "did you mean `weight`?")]
    [InlineData(
        "a: { path: x, when_exhausted: rerun }", "data.sources.a.when_exhausted", "`repeat` or `drop` or `stop`")]
    [InlineData("a/b: { path: x }", "data.sources.a/b", "letters, digits")]
    [InlineData("", "data.sources", "at least one source")]
    public void A_wrong_mixture_is_named_with_what_to_type(string sources, string where, string says)
    {
        var problem = Assert.Single(Faults($"sources: {{ {sources} }}"));

        Assert.EndsWith(": " + where, problem.Where, StringComparison.Ordinal);
        Assert.Contains(says, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Both_forms_at_once_are_refused()
    {
        var problem = Assert.Single(Faults("train: x\n  sources: { a: { path: y } }"));

        Assert.EndsWith(": data.train", problem.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_line_can_change_one_weight()
    {
        var problems = new ProblemCollector();
        var run = RunFile.Read(
            Text(Two), RunText.Source, problems, ["data.sources.web.decay=0.9", "data.sources.code.decay=0.1"]);

        Assert.Empty(problems.Problems);
        Assert.Equal([900_000_000L, 100_000_000], run!.Data.Weights(PhaseKind.Decay));
    }

    private static string Text(string data) => RunText.With("train: data/quick start", data);

    private static RunOptions Parse(string data) => RunFile.Parse(Text(data), RunText.Source);

    private static IReadOnlyList<Problem> Faults(string data) =>
        Assert.Throws<ConfigurationException>(() => Parse(data)).Problems;
}
