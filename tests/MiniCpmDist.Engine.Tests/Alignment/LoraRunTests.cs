using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Tests.Steering;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Alignment;

public sealed class LoraRunTests(TinyData data)
{
    [Theory]
    [InlineData(AlignmentMethod.Sft)]
    [InlineData(AlignmentMethod.Sft, "kernels=plain")]
    [InlineData(AlignmentMethod.Sft, "precision=bfloat16", "kernels=plain")]
    [InlineData(AlignmentMethod.Sft, "parallel.activation_checkpointing=full")]
    [InlineData(AlignmentMethod.Dpo)]
    public void Adapters_have_the_same_bits_on_1_2_and_4_ranks_and_after_an_interruption(
        AlignmentMethod method, params string[] settings)
    {
        var runs = new AlignedRuns(data) { LoraRank = 4 };
        var alone = runs.Create(method, settings);
        alone.Train();
        foreach (var ranks in (int[])[2, 4])
        {
            var world = runs.Create(method, settings);
            world.Train(ranks);
            Assert.Equal(TinyRuns.Losses(alone), TinyRuns.Losses(world));
            Assert.Equal(alone.NewestFiles(), world.NewestFiles());
        }

        var interrupted = runs.Create(method, settings);
        Assert.Equal([RunOutcome.Stopped], interrupted.Train(1, new ScriptedControl((3, new RunCommand.Stop()))));
        interrupted.Train(2);

        Assert.Equal(TinyRuns.Losses(alone), TinyRuns.Losses(interrupted));
        Assert.Equal(alone.NewestFiles(), interrupted.NewestFiles());
    }

    [Fact]
    public void Adapters_learn_where_each_rank_keeps_only_its_part_of_their_gradients()
    {
        var run = new AlignedRuns(data) { LoraRank = 4 }.Create(
            AlignmentMethod.Sft, "parallel.shard_gradients=true", "schedule.learning_rate=0.05");
        run.Train(run.Options.Parallel.Lanes);

        var losses = TinyRuns.Losses(run);

        Assert.True(losses[^1].Loss < losses[0].Loss - 0.5, $"{losses[0]} has become {losses[^1]} only");
    }

    [Fact]
    public void A_checkpoint_holds_adapters_alone_and_is_read_as_the_merged_model()
    {
        var runs = new AlignedRuns(data) { LoraRank = 4 };
        var run = runs.Create(AlignmentMethod.Sft, "schedule.learning_rate=0.05");
        run.Train();
        var checkpoint = run.Folder.NewestCheckpoint!.Path;

        Assert.False(File.Exists(Path.Combine(checkpoint, "model.safetensors")));
        Assert.True(new FileInfo(Path.Combine(checkpoint, AdapterConfig.WeightsName)).Length
            < new FileInfo(Path.Combine(runs.Trunk.NewestCheckpoint!.Path, "model.safetensors")).Length);
        using var communicator = new LoopbackCommunicator();
        var (tuned, trunk) = (Loss(run.Folder.Path, communicator), Loss(runs.Trunk.Path, communicator));
        Assert.True(tuned < trunk - 0.5, $"the trunk has {trunk}, the run {tuned}");
        // Adapters are added to the weights in one case, and to what weights give in the other.
        Assert.Equal(run.HeldOut()[^1].Loss, tuned, 1e-5);

        double Loss(string path, LoopbackCommunicator world)
        {
            using var model = TrainedModel.LoadCollective(path, "latest", world);
            return model.HeldOutLossesCollective(world, null, run.Options).Losses.Single().Loss;
        }
    }

    [Fact]
    public void Adapters_can_be_trained_on_a_model_of_adapters_and_the_first_loss_of_preferences_is_ln_2()
    {
        var runs = new AlignedRuns(data) { LoraRank = 4 };
        var tuned = runs.Create(AlignmentMethod.Sft, "schedule.learning_rate=0.05");
        tuned.Train();
        var preferred = runs.After(tuned, AlignmentMethod.Dpo);
        preferred.Train(2);

        Assert.Equal(Math.Log(2), preferred.Steps()[0].Loss);
        var weights = PretrainedWeights.Open(
            preferred.Folder.NewestCheckpoint!.Path, tuned.Options.Model.Shape, tokenizerHash: null);
        Assert.Equal(2, weights.Files.Count(file => Path.GetFileName(file) == AdapterConfig.WeightsName));
    }

    [Fact]
    public void A_base_that_is_not_the_one_that_adapters_were_trained_on_is_refused_with_its_path()
    {
        var runs = new AlignedRuns(data) { LoraRank = 2 };
        var run = runs.Create(AlignmentMethod.Sft);
        run.Train();
        var weights = Path.Combine(runs.Trunk.NewestCheckpoint!.Path, "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^3] ^= 1;
        File.WriteAllBytes(weights, bytes);

        var problems = Assert.Throws<ConfigurationException>(() => PretrainedWeights.Open(
            run.Folder.NewestCheckpoint!.Path, run.Options.Model.Shape, tokenizerHash: null)).Problems;

        Assert.Equal((weights, "another one"), (Assert.Single(problems).Where, problems[0].Found));
    }

    [Fact]
    public void Adapters_of_another_shape_than_the_base_are_all_named_at_once()
    {
        var runs = new AlignedRuns(data) { LoraRank = 2 };
        var run = runs.Create(AlignmentMethod.Sft);
        run.Train();
        var folder = run.Folder.NewestCheckpoint!.Path;
        var path = Path.Combine(folder, AdapterConfig.FileName);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"r\": 2", "\"r\": 3", StringComparison.Ordinal));

        var problems = Assert.Throws<ConfigurationException>(() => PretrainedWeights.Open(
            folder, run.Options.Model.Shape, tokenizerHash: null)).Problems;

        Assert.Equal(2 * 7 * run.Options.Model.Shape.Layers, problems.Count);
        Assert.All(problems, problem => Assert.Contains(".lora_", problem.Where, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_of_adapters_that_names_itself_as_its_base_is_refused()
    {
        var runs = new AlignedRuns(data) { LoraRank = 2 };
        var run = runs.Create(AlignmentMethod.Sft);
        run.Train();
        var folder = run.Folder.NewestCheckpoint!.Path;
        var path = Path.Combine(folder, AdapterConfig.FileName);
        var config = AdapterConfig.Read(File.ReadAllText(path), path);
        File.WriteAllText(path, (config with { Base = "." }).Write());
        File.Delete(Path.Combine(folder, AdapterConfig.BaseHashesName));

        var problems = Assert.Throws<ConfigurationException>(() => PretrainedWeights.Open(
            folder, run.Options.Model.Shape, tokenizerHash: null)).Problems;

        Assert.Contains(problems, problem => problem.Found.Contains("without an end", StringComparison.Ordinal));
    }
}
