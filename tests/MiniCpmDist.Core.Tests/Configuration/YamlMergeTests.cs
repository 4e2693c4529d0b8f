using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class YamlMergeTests
{
    private const string Sources = """
        sources:
            docs: &base { path: data/docs, stable: 0.5, decay: 0.5, when_exhausted: drop }
            code: { <<: *base, path: data/code }
        """;

    private static readonly string s_merged =
        RunText.With("train: data/quick start", Sources.Replace("\n    ", "\n      ", StringComparison.Ordinal));

    [Fact]
    public void A_mapping_has_the_keys_that_it_merges_and_its_own_before_them()
    {
        var sources = RunFile.Parse(s_merged, RunText.Source).Data.Sources;

        Assert.Equal(["docs data/docs", "code data/code"], sources.Select(source => $"{source.Name} {source.Path}"));
        Assert.All(sources, source => Assert.Equal(500_000_000, source.DecayWeight));
        Assert.All(sources, source => Assert.Equal(ExhaustionPolicy.Drop, source.WhenExhausted));
    }

    [Fact]
    public void Of_several_merged_mappings_the_first_counts_and_what_is_no_mapping_is_told_with_its_line()
    {
        var several = s_merged.Replace("{ <<: *base, path: data/code }", "{ <<: [{ path: data/code }, *base] }",
            StringComparison.Ordinal);
        Assert.Equal("data/code", RunFile.Parse(several, RunText.Source).Data.Sources[1].Path);

        var wrong = s_merged.Replace("<<: *base", "<<: base", StringComparison.Ordinal);
        var problem = Assert.Single(
            Assert.Throws<ConfigurationException>(() => RunFile.Parse(wrong, RunText.Source)).Problems);
        Assert.Equal((RunText.Source + ":6: <<", "`base`"), (problem.Where, problem.Found));
    }

    [Theory]
    [InlineData("learning_rate: 0.01", "learning_rate:", "schedule.learning_rate")]
    [InlineData("stable: 430 steps", "stable:", "schedule.stable")]
    [InlineData("every: 1M tokens", "every:", "checkpoint.every")]
    [InlineData("train: data/quick start", "train:", "data.train")]
    [InlineData("lanes: 4", "lanes:", "parallel.lanes")]
    public void A_key_without_a_value_is_a_problem_and_no_default(string old, string replacement, string key)
    {
        var problems = Assert.Throws<ConfigurationException>(
            () => RunFile.Parse(RunText.With(old, replacement), RunText.Source)).Problems;

        var problem = Assert.Single(problems, problem => problem.Where.EndsWith(": " + key, StringComparison.Ordinal));
        Assert.Equal("nothing", problem.Found);
    }

    [Fact]
    public void An_anchor_that_nothing_has_is_told_where_it_is_used()
    {
        var problems = new ProblemCollector();
        RunFile.Read("name: a\nmodel:\n  <<: *nope\n", "a.yaml", problems);

        var problem = Assert.Single(problems.Problems);
        Assert.Equal(("a.yaml:3", "`*nope` alone"), (problem.Where, problem.Found));
    }

    [Fact]
    public void A_section_whose_keys_are_all_commented_out_is_no_problem() => Assert.Equal(
        RunFile.Parse(RunText.Quickstart, RunText.Source),
        RunFile.Parse(RunText.And("telemetry:\n  # metrics_port: 9400"), RunText.Source));

    [Fact]
    public void A_file_whose_name_is_no_runs_name_is_read_where_the_run_has_another()
    {
        const string File = "my run.yaml";
        var problems = new ProblemCollector();
        Assert.NotNull(RunFile.Read(RunText.Quickstart, File, problems, nameCounts: false));
        Assert.False(problems.Any);

        RunFile.Read(RunText.Quickstart, File, problems);
        Assert.Contains("--name first-run", Assert.Single(problems.Problems).Fix, StringComparison.Ordinal);
    }
}
