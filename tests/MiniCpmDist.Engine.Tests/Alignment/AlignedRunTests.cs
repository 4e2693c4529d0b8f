using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Alignment;

public sealed class AlignedRunTests(TinyData data)
{
    [Theory]
    [InlineData(AlignmentMethod.Sft)]
    [InlineData(AlignmentMethod.Dpo)]
    [InlineData(AlignmentMethod.Dpo, false)]
    public void A_run_has_the_same_bits_on_1_2_and_4_ranks_and_after_an_interruption(
        AlignmentMethod method, bool sharesPrompts = true)
    {
        var runs = new AlignedRuns(data);
        var alone = runs.Create(method, sharesPrompts);
        alone.Train();
        foreach (var ranks in (int[])[2, 4])
        {
            var world = runs.Create(method, sharesPrompts);
            world.Train(ranks);
            Assert.Equal(Measured(alone), Measured(world));
            Assert.Equal(alone.NewestFiles(), world.NewestFiles());
        }

        var interrupted = runs.Create(method, sharesPrompts);
        Assert.Equal([RunOutcome.Stopped], interrupted.Train(1, new ScriptedControl((3, new RunCommand.Stop()))));
        Assert.Equal(3, interrupted.Steps()[^1].Step);
        interrupted.Train(2);

        Assert.Equal(Measured(alone), Measured(interrupted));
        Assert.Equal(alone.NewestFiles(), interrupted.NewestFiles());
    }

    [Fact]
    public void Fine_tuning_begins_at_step_1_with_the_weights_of_its_parent_and_lowers_the_loss_of_answers()
    {
        var runs = new AlignedRuns(data);
        var tuned = runs.Create(AlignmentMethod.Sft, "schedule.learning_rate=0.02");
        tuned.Train();

        var steps = tuned.Steps();
        Assert.Equal((1L, steps[0].TokenBatch), (steps[0].Step, steps[0].Tokens));
        Assert.True(steps[^1].Loss < steps[0].Loss - 1, $"{steps[0].Loss} has become {steps[^1].Loss} only");
        Assert.All(steps, step => Assert.True(step.Sources[0].Tokens < step.TokenBatch / 2));
        Assert.All(steps, step => Assert.Equal(step.Loss, Of(step, "answer_loss"), 1e-6));
        var tree = RunTree(runs, tuned);
        Assert.Equal((runs.Trunk.NewestCheckpoint!.Step, steps[^1].Step), (tree.ParentStep, tree.Step));
    }

    [Fact]
    public void The_first_losses_of_preference_optimization_are_ln_2_and_its_margins_0_to_the_last_bit()
    {
        var tuned = new AlignedRuns(data).Create(AlignmentMethod.Dpo, "schedule.learning_rate=0.01");
        tuned.Train();

        var (first, last) = (tuned.Steps()[0], tuned.Steps()[^1]);
        Assert.Equal(Math.Log(2), first.Loss);
        Assert.Equal((0.0, 0.0, 0.0), (Of(first, "margin"), Of(first, "chosen_reward"), Of(first, "rejected_reward")));
        Assert.True(Of(last, "margin") > 0.01, $"the margin is {Of(last, "margin")}");
        Assert.Equal(Of(last, "chosen_reward") - Of(last, "rejected_reward"), Of(last, "margin"), 1e-9);
        Assert.InRange(Of(last, "accuracy"), 0.5, 1);
    }

    [Fact]
    public void The_report_at_the_end_is_the_same_on_1_and_2_ranks_and_says_what_alignment_has_cost()
    {
        var runs = new AlignedRuns(data);
        var alone = runs.Create(AlignmentMethod.Dpo, "schedule.learning_rate=0.01", "alignment.report_prompts=5");
        alone.Train();
        var world = runs.Create(AlignmentMethod.Dpo, "schedule.learning_rate=0.01", "alignment.report_prompts=5");
        world.Train(2);

        var report = Report(alone)!;
        Assert.Equal(AlignmentReportText.Write(report), AlignmentReportText.Write(Report(world)!));
        Assert.Equal((alone.Steps()[^1].Step, 5), (report.Step, report.Prompts));
        Assert.Equal(new PreferenceObjective(new(), new()).Measures, report.Pairs.Keys);
        Assert.True(report.KlPerToken > 1e-6, $"a divergence of {report.KlPerToken}");
        Assert.InRange(report.Policy.Tokens, 1, 96);
        Assert.InRange(report.Reference.Tokens, 1, 96);
        var cost = Assert.Single(report.Text);
        Assert.NotEqual(0, cost.Cost);
        Assert.Equal(cost.After - cost.Before, cost.Cost);
        Assert.Contains(AlignmentReportText.Lines(report), line => line.Contains("KL", StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_that_has_not_moved_has_no_divergence_and_has_cost_nothing()
    {
        var still = new AlignedRuns(data).Create(
            AlignmentMethod.Dpo, "schedule.learning_rate=1e-30", "alignment.report_prompts=3");
        still.Train();

        var report = Report(still)!;
        Assert.Equal(0, report.KlPerToken);
        Assert.Equal(report.Reference, report.Policy);
        Assert.Equal(0, Assert.Single(report.Text).Cost);
        Assert.Equal((0.0, 0.0), (report.Pairs["margin"], report.Pairs["chosen_reward"]));
    }

    [Fact]
    public void A_run_that_holds_nothing_out_reports_what_it_has_cost_on_text_alone()
    {
        var tuned = new AlignedRuns(data) { HeldOut = 0 }.Create(AlignmentMethod.Dpo);
        tuned.Train(2);

        var report = Report(tuned)!;
        Assert.Equal((0, 0, null), (report.Pairs.Count, report.Prompts, report.KlPerToken));
        Assert.Single(report.Text);
    }

    [Fact]
    public void Without_prompts_for_it_a_run_ends_without_a_report()
    {
        var tuned = new AlignedRuns(data).Create(AlignmentMethod.Dpo, "alignment.report_prompts=0");
        tuned.Train();

        Assert.Null(Report(tuned));
    }

    [Fact]
    public void A_reference_that_is_not_what_this_machine_computes_stops_the_run_before_a_step()
    {
        var tuned = new AlignedRuns(data).Create(AlignmentMethod.Dpo);
        tuned.Train(1, new ScriptedControl((1, new RunCommand.Stop())));
        var file = Directory.EnumerateFiles(Path.Combine(tuned.Folder.Path, "reference"), "*-train.f32").Single();
        var bytes = File.ReadAllBytes(file);
        bytes[^(bytes.Length - Array.IndexOf(bytes, (byte)'\n') - 1)] ^= 1;
        File.WriteAllBytes(file, bytes);

        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => tuned.Train()).Problems);

        Assert.Equal(file, problem.Where);
        Assert.Single(tuned.Steps());
        File.Delete(file);
        tuned.Train();
        Assert.Equal(1, tuned.Steps()[0].Step);
    }

    [Fact]
    public void A_checkpoint_that_a_run_was_aligned_from_is_not_deleted()
    {
        var runs = new AlignedRuns(data);
        runs.Create(AlignmentMethod.Sft);

        var pins = Directory.EnumerateFiles(runs.Trunk.PinsPath).Select(Path.GetFileName);

        Assert.StartsWith(
            $"step-{runs.Trunk.NewestCheckpoint!.Step:D8}--", Assert.Single(pins), StringComparison.Ordinal);
    }

    private static AlignmentReport? Report(TinyRun run)
    {
        var path = Path.Combine(run.Folder.Path, AlignmentReport.FileName);
        return File.Exists(path) ? AlignmentReportText.Parse(File.ReadAllText(path)) : null;
    }

    private static double Of(StepReport step, string measure) =>
        step.Measures.Single(one => one.Name == measure).Value;

    private static IEnumerable<(long Step, double Loss, string Measures)> Measured(TinyRun run) => run.Steps()
        .GroupBy(step => step.Step)
        .Select(same => same.Last())
        .Select(step => (step.Step, step.Loss, string.Join(' ', step.Measures)));

    private static RunSummary RunTree(AlignedRuns runs, TinyRun run)
    {
        Assert.NotNull(runs.Trunk.NewestCheckpoint);
        var problems = new ProblemCollector();
        var found = RunSurvey.Of(Path.GetDirectoryName(run.Folder.Path)!, problems).Single();
        Assert.False(problems.Any);
        return found;
    }
}
