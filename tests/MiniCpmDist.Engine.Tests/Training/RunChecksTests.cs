using System.Text.Json;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class RunChecksTests(TinyData data)
{
    [Fact]
    public void Every_changed_key_is_named_with_what_it_was_and_what_it_is()
    {
        var options = data.Options();
        var changed = options with
        {
            Seed = 99,
            Model = options.Model with { Shape = options.Model.Shape with { HiddenSize = 64, HeadDim = 16 } },
            Schedule = options.Schedule with { TokenBatch = 192, Warmup = 96 },
            Data = options.Data with { Sources = [data.Source("data") with { Path = OtherText() }] },
        };

        var problems = Refusal(State(options), changed);

        Assert.Equal(
            ["data.sources.data", "seed", "model.hidden_size", "model.head_dim", "schedule.warmup"],
            problems.Select(problem => problem.Where));
        Assert.Equal(("32, as in step-00000004", "64"), (problems[2].Expected, problems[2].Found));
    }

    [Fact]
    public void No_key_of_a_checkpoint_may_differ_alone_either()
    {
        var options = data.Options();
        var saved = State(options);
        Assert.All(saved.Fixed.Keys, key =>
        {
            var other = new Dictionary<string, string>(saved.Fixed) { [key] = "something else" };
            Assert.Equal(key, Assert.Single(Refusal(saved with { Fixed = other }, options)).Where);
        });
    }

    [Fact]
    public void A_checkpoint_that_does_not_say_which_kernels_made_it_was_made_with_the_plain_ones()
    {
        var options = data.Options();
        var saved = State(options);
        var earlier = saved with { Fixed = saved.Fixed.Where(key => key.Key != "kernels").ToDictionary() };

        Assert.Empty(Refusal(earlier, options with { Kernels = KernelSet.Plain }));
        var problem = Assert.Single(Refusal(earlier, options with { Kernels = KernelSet.Fused }));
        Assert.Equal(
            ("kernels", "plain, as in step-00000004", "fused"), (problem.Where, problem.Expected, problem.Found));
    }

    [Fact]
    public void A_source_may_join_or_leave_but_not_become_another_under_its_name()
    {
        var options = data.Options();
        OtherText();
        var both = options with
        {
            Data = options.Data with { Sources = [data.Source("data") with { DecayWeight = 0 }, data.Source("other")] },
        };

        Assert.Empty(Refusal(State(options), both));
        Assert.Empty(Refusal(State(both), options));
        var exchanged = data.Source("other") with { Path = data.Source("data").Path };
        var problem = Assert.Single(Refusal(
            State(both), both with { Data = options.Data with { Sources = [data.Source("data"), exchanged] } }));
        Assert.Equal("data.sources.other", problem.Where);
    }

    [Fact]
    public void A_run_evaluates_the_sources_that_hold_something_out_and_without_any_it_has_to_say_never()
    {
        var all = WithoutHeldOut();
        RunOptions With(long? every, params SourceOptions[] sources) => data.Options() with
        {
            Data = data.Options().Data with { EvaluateEvery = every, Sources = sources },
        };

        var problem = Assert.Single(Assert.Throws<ConfigurationException>(
            () => TinyRun.Create(data, _ => With(96, all)).Train()).Problems);
        Assert.Equal("data.evaluate_every", problem.Where);
        Assert.Contains("evaluate_every: never", problem.Fix, StringComparison.Ordinal);

        var never = TinyRun.Create(data, _ => With(null, all));
        never.Train();
        Assert.Empty(never.HeldOut());
        var half = data.Source("data") with { StableWeight = 500_000_000, DecayWeight = 500_000_000 };
        var other = all with { StableWeight = 500_000_000, DecayWeight = 500_000_000 };
        var both = TinyRun.Create(data, _ => With(96, half, other));
        both.Train();
        Assert.All(both.HeldOut(), report => Assert.Equal("data", Assert.Single(report.Sources).Source));
        Assert.NotEmpty(both.HeldOut());
    }

    [Fact]
    public void What_does_not_fit_about_several_sources_is_told_at_once()
    {
        var options = data.Options();
        var wrong = options with
        {
            Model = options.Model with { Shape = options.Model.Shape with { VocabularySize = 399 } },
            Data = options.Data with
            {
                SequenceLength = 8,
                Sources = [data.Source("data"), data.Source("nowhere")],
            },
        };

        var refusal = Assert.Throws<ConfigurationException>(() => RunChecks.Open(wrong, 3, new ProblemCollector()));

        Assert.Equal(
            ["parallel.lanes", data.Source("nowhere").Path, "data.sources.data", "model.vocab_size"],
            refusal.Problems.Select(problem => problem.Where));
        Assert.Contains("data.sequence_length: 16", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Learning_rate_and_lengths_of_later_phases_may_change_within_a_run()
    {
        var run = TinyRun.Create(data);
        run.Train();

        var outcomes = run.With(options => options with
        {
            Schedule = options.Schedule with { LearningRate = 0.02, Stable = 5 * 96, Decay = 2 * 96 },
        }).Train(2);

        Assert.All(outcomes, outcome => Assert.Equal(RunOutcome.Finished, outcome));
        Assert.Equal([2, 6, 7, 9], run.SavedSteps());
    }

    [Fact]
    public void What_has_changed_between_two_attempts_is_journaled_key_by_key_and_told_once()
    {
        var run = TinyRun.Create(data);
        run.Train();
        run.Train();
        var told = new Changes();
        var edited = run.With(options => options with { Schedule = options.Schedule with { LearningRate = 0.02 } });

        edited.Train(2, null, told);
        edited.Train(1, null, told);

        Assert.Equal(["schedule.learning_rate: 0.01 before, 0.02 now"], told.Told);
        var entry = Assert.Single(
            run.Journal().Select(JournalEntry.Parse), entry => entry.Event == "configuration-changed");
        Assert.Equal(
            (6L, "schedule.learning_rate", "0.01", "0.02"),
            (entry.Step, entry.Details["key"], entry.Details["before"], entry.Details["after"]));
    }

    [Fact]
    public void A_session_refuses_a_checkpoint_of_another_seed_before_it_touches_the_run()
    {
        var run = TinyRun.Create(data);
        run.Train();
        var journal = run.Journal();

        var refusal = Assert.Throws<ConfigurationException>(
            () => run.With(options => options with { Seed = 99 }).Train());

        Assert.Contains("seed", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(journal, run.Journal());
    }

    private static IReadOnlyList<Problem> Refusal(CheckpointState saved, RunOptions options)
    {
        using var opened = RunChecks.Open(options, 1, new ProblemCollector());
        try
        {
            RunChecks.Resume(saved, options, opened, "step-00000004");
            return [];
        }
        catch (ConfigurationException refusal)
        {
            return refusal.Problems;
        }
    }

    private static CheckpointState State(RunOptions options)
    {
        using var opened = RunChecks.Open(options, 1, new ProblemCollector());
        var cursor = DataCursor.Start(options.Data.Weights(PhaseKind.Stable));
        return new CheckpointState(
            "tiny", 4, 384, RunCursor.Save(cursor, opened, []), RunSaver.Fixed(options, opened));
    }

    /// <summary>Other tokens of the same tokenizer, in a folder of the name <c>other</c>.</summary>
    private string OtherText()
    {
        var folder = Path.Combine(data.Folder, "other");
        if (Directory.Exists(folder))
            return folder;
        var corpus = Path.Combine(data.Folder, "other.jsonl");
        File.WriteAllLines(corpus, SomeText.Documents(20).Select(text => JsonSerializer.Serialize(new { text })));
        var tokenizer = Path.Combine(data.Folder, "tokenizer.model");
        DataBuild.Run(new DataBuildOptions([corpus], tokenizer, folder)
        {
            HeldOutFraction = 0.2,
            SequenceLength = TinyData.SequenceLength,
        });
        return folder;
    }

    private sealed class Changes : IStepObserver
    {
        public List<string> Told { get; } = [];

        public void Reconfigured(IReadOnlyList<ConfigurationChange> changes) =>
            Told.AddRange(changes.Select(change => change.ToString()));
    }

    private SourceOptions WithoutHeldOut()
    {
        var source = data.Source("all");
        if (!Directory.Exists(source.Path))
        {
            DataBuild.Run(new DataBuildOptions(
                [Path.Combine(data.Folder, "corpus.jsonl")], Path.Combine(data.Folder, "tokenizer.model"), source.Path)
            {
                HeldOutFraction = 0,
                SequenceLength = TinyData.SequenceLength,
            });
        }
        return source;
    }
}
