using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class AlignedOptionsTests
{
    private const int Length = 256;

    private static readonly SourceOptions s_source = new() { Name = "chat", Path = "/a/data", HeldOut = "/a/data" };

    // The quickstart's trunk has a token batch of 2048 in micro-batches of 2 x 256.
    private static readonly RunOptions s_trunk = RunFile.Parse(RunText.Quickstart, RunText.Source);

    [Fact]
    public void Fine_tuning_begins_where_the_decay_of_its_parent_has_ended()
    {
        var decayed = s_trunk with
        {
            Schedule = s_trunk.Schedule with { Decay = 204_800, DecayShape = DecayShape.Exponential, FinalRatio = 0.1 },
        };
        var end = decayed.Schedule.Warmup + decayed.Schedule.Stable + decayed.Schedule.Decay;

        var options = Of(decayed, end, AlignmentMethod.Sft, sequences: 1000, epochs: 2);

        Assert.Equal(decayed.Schedule.LearningRate * 0.1, options.Schedule.LearningRate, 1e-12);
        Assert.Equal((0, 0), (options.Schedule.Warmup, options.Schedule.Stable));
        Assert.Equal(2 * 1000 * Length, options.Schedule.Decay);
        Assert.Equal((DecayShape.Exponential, 0.1), (options.Schedule.DecayShape, options.Schedule.FinalRatio));
        Assert.Equal(decayed.Schedule.TokenBatch, options.Schedule.TokenBatch);
        Assert.False(options.Alignment.IsFlat);
    }

    [Fact]
    public void A_parent_that_has_not_decayed_gives_a_tenth_of_its_rate()
    {
        var options = Of(s_trunk, s_trunk.Schedule.Warmup + 2048, AlignmentMethod.Sft, 1000, 1);

        Assert.Equal(s_trunk.Schedule.LearningRate / 10, options.Schedule.LearningRate, 1e-12);
    }

    [Fact]
    public void Preference_optimization_has_the_rate_of_the_paper_and_a_cosine()
    {
        var options = Of(s_trunk, 409_600, AlignmentMethod.Dpo, 1000, 1);

        Assert.Equal((ScheduleShape.Cosine, 1e-5), (options.Schedule.Shape, options.Schedule.LearningRate));
        Assert.Equal(1e-5, LearningRateSchedule.From(options.Schedule).At(options.Schedule.TokenBatch), 1e-7);
    }

    [Fact]
    public void The_tasks_of_a_trunk_are_no_part_of_the_runs_that_align_it()
    {
        var asked = s_trunk with { Evaluation = new EvaluationOptions { Tasks = ["arc-easy"] } };

        Assert.Empty(Of(asked, 409_600, AlignmentMethod.Sft, 1000, 1).Evaluation.Tasks);
    }

    [Fact]
    public void A_small_set_gets_smaller_steps_of_whole_micro_batches()
    {
        var options = Of(s_trunk, 409_600, AlignmentMethod.Sft, sequences: 40, epochs: 1);
        var unit = (long)Length * s_trunk.Parallel.MicroBatch;

        Assert.Equal(0, options.Schedule.TokenBatch % unit);
        Assert.InRange(options.Schedule.Decay / options.Schedule.TokenBatch, 16, 40);
    }

    [Theory]
    [InlineData(AlignmentMethod.Sft)]
    [InlineData(AlignmentMethod.Dpo)]
    public void The_run_file_is_read_as_it_was_written(AlignmentMethod method)
    {
        var options = Of(s_trunk, 409_600, method, 1000, 1) with { Parent = new ParentOptions("../trunk", 200) };

        var read = RunFile.Parse(RunFile.Write(options), "run.yaml");

        Assert.Equal(options.Alignment, read.Alignment);
        Assert.Equal(options.Schedule, read.Schedule);
        Assert.Equal(options.Parent, read.Parent);
        Assert.DoesNotContain("alignment", RunFile.Write(s_trunk), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_aligns_a_model_has_no_decay_branch()
    {
        var options = Of(s_trunk, 409_600, AlignmentMethod.Sft, 1000, 1);

        var problems = Assert.Throws<ConfigurationException>(
            () => BranchOptions.From(options, "runs/sft", 10, 20_480, Extent.OfPercent(10), "branch")).Problems;

        Assert.Contains(problems, problem => problem.Found == "a run that aligns a model");
    }

    [Fact]
    public void Ipo_has_no_label_smoothing()
    {
        var problems = new ProblemCollector();

        RunFile.Read(
            RunText.And("alignment: { method: dpo, loss: ipo, label_smoothing: 0.1 }"), RunText.Source, problems);

        Assert.EndsWith("alignment.label_smoothing", Assert.Single(problems.Problems).Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Adapters_have_rates_of_their_own_and_their_keys_are_read_as_they_were_written()
    {
        var lora = new LoraOptions(8, 20, LoraMatrices.Query | LoraMatrices.Value);
        var (tuned, preferred) = (Of(AlignmentMethod.Sft), Of(AlignmentMethod.Dpo));

        Assert.Equal((2e-4, 5e-5), (tuned.Schedule.LearningRate, preferred.Schedule.LearningRate));
        var read = RunFile.Parse(RunFile.Write(tuned), "run.yaml");
        Assert.Equal(lora, read.Alignment.Lora);
        Assert.All(read.TrainedParameters, spec => Assert.True(AdapterList.IsAdapter(spec.Name)));

        RunOptions Of(AlignmentMethod method) => AlignedOptions.From(
            s_trunk, 409_600, new AlignmentOptions { Method = method, Lora = lora }, "aligned", s_source, 1000,
            Length, 1, holdsOut: true);
    }

    [Fact]
    public void A_rank_alone_means_an_alpha_of_twice_the_rank_and_adapters_on_every_matrix()
    {
        var options = RunFile.Parse(RunText.And("alignment: { method: sft, lora_rank: 4 }"), RunText.Source);

        Assert.Equal(new LoraOptions(4, 8, LoraMatrices.All), options.Alignment.Lora);
        Assert.Null(RunFile.Parse(RunText.And("alignment: { method: sft }"), RunText.Source).Alignment.Lora);
    }

    [Theory]
    [InlineData("{ method: sft, lora_rank: 4, lora_matrices: [q_proj, w_proj] }", "lora_matrices")]
    [InlineData("{ method: sft, lora_rank: 4, lora_alpha: 0 }", "lora_alpha")]
    [InlineData("{ method: sft, lora_rank: 4096 }", "lora_rank")]
    [InlineData("{ method: sft, lora_alpha: 4 }", "lora_alpha")]
    [InlineData("{ method: none, lora_rank: 4 }", "lora_rank")]
    public void Adapters_that_cannot_be_trained_are_refused_where_they_are_written(string section, string key)
    {
        var problems = new ProblemCollector();

        RunFile.Read(RunText.And("alignment: " + section), RunText.Source, problems);

        Assert.EndsWith("alignment." + key, Assert.Single(problems.Problems).Where, StringComparison.Ordinal);
    }

    private static RunOptions Of(
        RunOptions parent, long tokens, AlignmentMethod method, long sequences, double epochs) => AlignedOptions.From(
            parent, tokens, new AlignmentOptions { Method = method }, "aligned", s_source, sequences, Length, epochs,
            holdsOut: true);
}
