using System.Text.Json;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Data;
using MiniCpmDist.Engine.Tests.Data;
using MiniCpmDist.Engine.Training;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class RunChecksTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void Every_changed_key_is_named_with_what_it_was_and_what_it_is()
    {
        var options = data.Options();
        var saved = State(Fixed(options));
        var changed = options with
        {
            Seed = 99,
            Model = options.Model with { Shape = options.Model.Shape with { HiddenSize = 64, HeadDim = 16 } },
            Schedule = options.Schedule with { TokenBatch = 192 },
            Data = options.Data with { Train = OtherText() },
        };

        var refusal = Assert.Throws<ConfigurationException>(
            () => RunChecks.Resume(saved, Fixed(changed), "step-00000004"));

        Assert.Equal(
            ["seed", "model.hidden_size", "model.head_dim", "schedule.token_batch", "data.train (its tokens)"],
            refusal.Faults.Select(fault => fault.Where));
        Assert.Equal(("32, as in step-00000004", "64"), (refusal.Faults[1].Expected, refusal.Faults[1].Found));
    }

    [Fact]
    public void No_key_of_a_checkpoint_may_differ_alone_either()
    {
        var before = Fixed(data.Options());
        Assert.All(before.Keys, key =>
        {
            var now = new Dictionary<string, string>(before) { [key] = "something else" };
            var refusal = Assert.Throws<ConfigurationException>(
                () => RunChecks.Resume(State(before), now, "step-00000004"));
            Assert.Equal(key, Assert.Single(refusal.Faults).Where);
        });
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
        Assert.Equal([6, 9], run.SavedSteps());
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

    private static IReadOnlyDictionary<string, string> Fixed(RunOptions options)
    {
        using var dataset = TokenDataset.Open(options.Data.Train, "train");
        return RunSaver.Fixed(options, dataset);
    }

    private static CheckpointState State(IReadOnlyDictionary<string, string> values) =>
        new("tiny", 4, 384, 24, values);

    /// <summary>Other tokens of the same tokenizer.</summary>
    private string OtherText()
    {
        var corpus = Path.Combine(data.Folder, "other.jsonl");
        File.WriteAllLines(corpus, SomeText.Documents(20).Select(text => JsonSerializer.Serialize(new { text })));
        var folder = Path.Combine(data.Folder, "other");
        var tokenizer = Path.Combine(data.Folder, "tokenizer.model");
        DataBuild.Run(new DataBuildOptions([corpus], tokenizer, folder) { HeldOutFraction = 0.2, SequenceLength = 16 });
        return folder;
    }
}
