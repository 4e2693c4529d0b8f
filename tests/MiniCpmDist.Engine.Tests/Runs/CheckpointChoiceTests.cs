using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Runs;

public sealed class CheckpointChoiceTests(TinyData data)
{
    [Fact]
    public void A_damaged_newest_checkpoint_is_passed_over_and_a_named_one_is_refused()
    {
        var run = Trained();
        var damaged = Path.Combine(run.Folder.NewestCheckpoint!.Path, "model.safetensors");
        File.WriteAllBytes(damaged, File.ReadAllBytes(damaged)[..^1]);

        using var model = TrainedModel.LoadCollective(run.Folder.Path, "latest", new LoopbackCommunicator());

        Assert.Equal(4, model.Step);
        Assert.Equal(damaged, Assert.Single(model.PassedOver).Where);
        Assert.Equal(damaged, Assert.Single(Refusal(run, "step:6").Problems).Where);
    }

    [Fact]
    public void A_checkpoint_is_named_by_its_step_or_by_tokens_that_it_has_reached()
    {
        var run = Trained();

        string[] places = ["step:2", "tokens:400", "latest", "tokens:383"];
        Assert.Equal([2, 4, 6, 2], places.Select(at => Find(run, at)));
        Assert.Contains("steps 2, 4, 6", Refusal(run, "step:3").Message, StringComparison.Ordinal);
        Assert.Contains("the first at 192 tokens", Refusal(run, "tokens:10").Message, StringComparison.Ordinal);
        Assert.Contains("step:N, tokens:N", Refusal(run, "newest").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_checkpoint_is_whole_every_damage_is_told()
    {
        var run = Trained();
        foreach (var checkpoint in run.Folder.Checkpoints)
            File.Delete(Path.Combine(checkpoint.Path, "config.json"));

        Assert.Equal(3, Refusal(run, "latest").Problems.Count);
    }

    private TinyRun Trained()
    {
        var run = TinyRun.Create(
            data, options => options with { Checkpoint = new CheckpointOptions { Every = Interval.OfSteps(2) } });
        run.Train();
        return run;
    }

    private static long Find(TinyRun run, string at) => CheckpointChoice.FindCollective(
        new LoopbackCommunicator(), run.Folder, run.Options.Name, at).Checkpoint.Step;

    private static ConfigurationException Refusal(TinyRun run, string at) =>
        Assert.Throws<ConfigurationException>(() => Find(run, at));
}
