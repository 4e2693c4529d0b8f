using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class OverrideTests
{
    [Fact]
    public void What_the_command_line_sets_counts_as_if_it_stood_in_the_file()
    {
        var options = Read(
            "schedule.learning_rate=0.02", "schedule.decay=20%", "optimizer.clip_norm = 0.5", "seed=9",
            "checkpoint.every=never", "data.held_out=\"other: data\"");

        Assert.Equal(
            RunFile.Parse(
                RunText.With("learning_rate: 0.01", "learning_rate: 0.02")
                    .Replace("decay: 10%", "decay: 20%", StringComparison.Ordinal)
                    .Replace("seed: 7", "seed: 9", StringComparison.Ordinal)
                    .Replace("every: 1M tokens", "every: never", StringComparison.Ordinal)
                    .Replace("  train:", "  held_out: 'other: data'\n  train:", StringComparison.Ordinal)
                    + "\noptimizer: { clip_norm: 0.5 }",
                RunText.Source),
            options);
    }

    [Fact]
    public void The_last_one_of_a_key_counts_and_null_is_nothing()
    {
        Assert.Equal(3UL, Read("seed=2", "seed=3").Seed);
        Assert.Equal(1UL, Read("seed=null").Seed);
    }

    [Fact]
    public void A_dimension_beside_a_presets_name_keeps_the_preset()
    {
        var model = Read("model.vocab_size=512").Model;
        Assert.Equal(("nano", 512), (model.Preset, model.Shape.VocabularySize));
        Assert.Equal(64, Read("model={ preset: nano, scale_emb: 64 }").Model.Shape.ScaleEmb);
    }

    [Theory]
    [InlineData("schedule.learnign_rate=0.1", "--set schedule.learnign_rate", "did you mean `learning_rate`?")]
    [InlineData("shedule.learning_rate=0.1", "--set shedule", "did you mean `schedule`?")]
    [InlineData("schedule.learning_rate=fast", "--set schedule.learning_rate", "write such as `learning_rate: 0.01`")]
    [InlineData("model={ preset: nano, hiden_size: 3 }", "--set model.hiden_size", "did you mean `hidden_size`?")]
    [InlineData("seed.x=1", "--set seed.x", "set all of `seed` at once, or correct it in the file")]
    [InlineData("schedule.learning_rate", "--set", "for example --set schedule.learning_rate=0.02")]
    [InlineData("schedule..decay=3", "--set", "for example --set schedule.learning_rate=0.02")]
    [InlineData("=3", "--set", "for example --set schedule.learning_rate=0.02")]
    [InlineData("model={ preset: nano", "--set model={ preset: nano", "for example --set schedule.learning_rate=0.02")]
    public void A_slip_is_told_with_the_option_and_not_with_a_line_of_the_file(string pair, string where, string fix)
    {
        var problems = new ProblemCollector();
        RunFile.Read(RunText.Quickstart, RunText.Source, problems, [pair]);

        Assert.Equal((where, fix), problems.Problems.Select(problem => (problem.Where, problem.Fix)).Single());
    }

    [Fact]
    public void Problems_of_the_file_and_of_the_command_line_are_told_together()
    {
        var problems = new ProblemCollector();
        RunFile.Read(RunText.With("lanes: 4", "lanes: 7"), RunText.Source, problems, ["seed=x"]);

        Assert.Equal(
            ["--set seed", "recipes/quickstart.yaml:14: parallel.lanes"], problems.Problems.Select(
                problem => problem.Where));
    }

    [Fact]
    public void The_source_of_initial_weights_is_part_of_the_run_and_excludes_a_parent()
    {
        var options = Read("init_from=models/MiniCPM-2B");
        Assert.Equal("models/MiniCPM-2B", options.InitFrom);
        Assert.Equal(options, RunFile.Parse(RunFile.Write(options), "first.yaml") with { Name = options.Name });
        Assert.DoesNotContain("init_from", RunFile.Write(Read()), StringComparison.Ordinal);

        var problems = new ProblemCollector();
        RunFile.Read(
            RunText.And("parent: { run: ../trunk, step: 4 }"), RunText.Source, problems,
            ["init_from=models/MiniCPM-2B"]);
        Assert.Equal("--set init_from", Assert.Single(problems.Problems).Where);
    }

    private static RunOptions Read(params string[] pairs)
    {
        var problems = new ProblemCollector();
        var options = RunFile.Read(RunText.Quickstart, RunText.Source, problems, pairs);
        problems.ThrowIfAny();
        return options!;
    }
}
