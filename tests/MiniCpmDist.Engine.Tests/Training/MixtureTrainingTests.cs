using System.Text.Json;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Runs over two sources, of which the second comes in with the decay.</summary>
public sealed class MixtureTrainingTests
{
    private readonly TinyData _data;

    public MixtureTrainingTests(TinyData data)
    {
        _data = data;
        if (Directory.Exists(_data.Source("second").Path))
            return;
        var corpus = Path.Combine(data.Folder, "second.jsonl");
        File.WriteAllLines(corpus, SomeText.Documents(40).Select(text => JsonSerializer.Serialize(new { text })));
        DataBuild.Run(new DataBuildOptions(
            [corpus], Path.Combine(data.Folder, "tokenizer.model"), _data.Source("second").Path)
        {
            HeldOutFraction = 0.2,
            SequenceLength = TinyData.SequenceLength,
        });
    }

    [Fact]
    public void The_decay_reads_a_source_that_the_stable_phase_did_not_have()
    {
        var run = TinyRun.Create(_data, TwoPhases);
        run.Train();

        var steps = run.Steps();
        Assert.All(steps.Where(step => step.Phase != PhaseKind.Decay), step =>
            Assert.Equal("data", Assert.Single(step.Sources).Source));
        Assert.All(steps.Where(step => step.Phase == PhaseKind.Decay), step =>
            Assert.Equal(["data", "second"], step.Sources.Select(loss => loss.Source)));
        Assert.Contains(run.Journal(), line => line.Contains("data 0.5, second 0.5", StringComparison.Ordinal));
    }

    [Fact]
    public void The_losses_of_the_sources_weighted_by_their_tokens_are_the_loss_of_the_step()
    {
        var run = TinyRun.Create(_data, TwoPhases);
        run.Train();

        Assert.All(run.Steps(), step =>
        {
            var tokens = step.Sources.Sum(loss => loss.Tokens);
            Assert.Equal(step.Loss, step.Sources.Sum(loss => loss.Loss * loss.Tokens) / tokens, 6);
        });
    }

    [Fact]
    public void Worlds_of_1_2_and_4_ranks_have_the_same_losses_by_source_to_the_last_bit()
    {
        var columns = new[] { 1, 2, 4 }.Select(worldSize =>
        {
            var run = TinyRun.Create(_data, TwoPhases);
            run.Train(worldSize);
            return (
                run.Steps().SelectMany(step => step.Sources).ToArray(),
                HeldOut(run).SelectMany(x => x.Sources).ToArray());
        }).ToArray();

        Assert.All(columns, column => Assert.Equal(columns[0].Item1, column.Item1));
        Assert.All(columns, column => Assert.Equal(columns[0].Item2, column.Item2));
    }

    [Fact]
    public void An_evaluation_at_the_end_of_each_phase_measures_every_source()
    {
        var run = TinyRun.Create(_data, TwoPhases);
        run.Train();

        var evaluations = HeldOut(run);
        // Two steps of warmup, two of stable, two of decay.
        Assert.Equal([2L, 4, 6], evaluations.Select(report => report.Step));
        Assert.All(evaluations, report =>
        {
            Assert.Equal(["data", "second"], report.Sources.Select(loss => loss.Source));
            Assert.All(report.Sources, loss => Assert.InRange(loss.BitsPerByte, 0.1, loss.Loss / Math.Log(2)));
            Assert.Equal(HeldOutEvaluation.Mean(report.Sources), report.Loss);
        });
    }

    [Fact]
    public void A_run_taken_up_again_with_another_mixture_neither_loses_nor_repeats_a_sequence()
    {
        var first = TinyRun.Create(_data, TwoPhases);
        first.Train(2);
        var longer = first.With(options => options with
        {
            Schedule = options.Schedule with { Decay = 6 * 96 },
            Data = options.Data with { Sources = [Weighted("data", 1, 0.25), Weighted("second", 0, 0.75)] },
        });
        longer.Train(4);

        var before = State(first, 6);
        var after = State(longer, 10);
        Assert.Equal(6 * 6, before.Sum(source => source.Consumed));
        Assert.Equal(10 * 6, after.Sum(source => source.Consumed));
        // 24 more sequences, a quarter and three quarters, from where the first attempt had come.
        Assert.Equal([before[0].Consumed + 6, before[1].Consumed + 18], after.Select(source => source.Consumed));
        Assert.Equal(before.Select(source => source.Consumed), after.Select(source => source.Origin));
    }

    [Fact]
    public void A_source_that_ends_the_run_ends_it_early_with_a_checkpoint()
    {
        var run = TinyRun.Create(_data, options => options with
        {
            Schedule = options.Schedule with { Stable = 1_000_000 * 96L },
            Data = options.Data with
            {
                Sources = [Weighted("data", 1, 1) with { WhenExhausted = ExhaustionPolicy.Stop }],
            },
        });

        var outcome = Assert.Single(run.Train());

        Assert.Equal(RunOutcome.Exhausted, outcome);
        Assert.Contains(run.Journal(), line => line.Contains("data-exhausted", StringComparison.Ordinal));
        var steps = run.Steps().Count;
        using var data = TokenDataset.Open(_data.Source("data").Path, "train");
        Assert.Equal(data.SequenceCount / 6, steps);
        Assert.Equal([2, steps], run.SavedSteps());
    }

    private RunOptions TwoPhases(RunOptions options) => options with
    {
        Schedule = options.Schedule with { Stable = 2 * 96, Decay = 2 * 96 },
        Data = options.Data with { Sources = [Weighted("data", 1, 0.5), Weighted("second", 0, 0.5)] },
    };

    private SourceOptions Weighted(string name, double stable, double decay) => _data.Source(name) with
    {
        StableWeight = (long)(stable * SourceOptions.WeightUnit),
        DecayWeight = (long)(decay * SourceOptions.WeightUnit),
    };

    private static IReadOnlyList<SourceState> State(TinyRun run, long step) =>
        CheckpointReader.LoadState(RunStart.AtStep(run.Folder, step)).Sources;

    private static List<HeldOutReport> HeldOut(TinyRun run) =>
        [.. run.Metrics().Where(MetricsLine.IsHeldOut).Select(MetricsLine.ParseHeldOut)];
}
