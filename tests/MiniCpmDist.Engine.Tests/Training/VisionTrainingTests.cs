using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Generation;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.ImageChat;
using MiniCpmDist.Data.Images;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class VisionTrainingTests(TinyData data, TinyScenes scenes) : IClassFixture<TinyScenes>
{
    [Theory]
    [InlineData(KernelSet.Fused, Precision.Float32)]
    [InlineData(KernelSet.Plain, Precision.BFloat16)]
    public void Losses_gradient_norms_and_weights_are_the_same_bits_for_worlds_of_1_2_and_4(
        KernelSet kernels, Precision precision)
    {
        ComputeThreads.Set(1);
        var options = Options() with { Kernels = kernels, Precision = precision };
        var alone = Train(options, new LoopbackCommunicator());

        Assert.True(alone.Steps[^1].Loss < alone.Steps[0].Loss);
        foreach (var worldSize in (int[])[2, 4])
        {
            using var world = new ThreadWorld(worldSize);
            foreach (var rank in world.Run(communicator => Train(options, communicator)))
            {
                Assert.Equal(alone.Steps, rank.Steps);
                Assert.Equal(alone.Weights, rank.Weights);
            }
        }
    }

    [Theory]
    [InlineData(ModelPart.Resampler)]
    [InlineData(ModelPart.Encoder)]
    [InlineData(ModelPart.Language)]
    [InlineData(ModelPart.Resampler, ModelPart.Encoder)]
    [InlineData(ModelPart.Resampler, ModelPart.Encoder, ModelPart.Language)]
    public void A_stage_moves_every_parameter_of_its_parts_and_not_a_bit_of_the_others(params ModelPart[] parts)
    {
        ComputeThreads.Set(1);
        var options = Options() with { Trainable = parts };
        using var session = TrainingSession.Open(options, new LoopbackCommunicator());
        session.Parameters.Initialize(seed: 1);
        var layout = session.Parameters.Layout;
        float[][] Values() =>
        [
            .. layout.Slots.Select(slot =>
                session.Parameters.Values.Span(slot.Offset, (int)slot.Spec.Count).ToArray()),
        ];
        var before = Values();
        using var step = session.NewStep();
        for (var i = 1; i <= 2; i++)
            step.RunCollective(StepPlans.Of(session, i, 6, learningRate: 0.003));

        foreach (var (slot, old, now) in layout.Slots.Zip(before, Values()))
        {
            if (parts.Contains(slot.Spec.Part))
                Assert.NotEqual(old, now);
            else
                Assert.Equal(old, now);
        }
    }

    [Fact]
    public void What_is_frozen_has_no_part_in_the_gradients_norm()
    {
        ComputeThreads.Set(1);
        double Norm(params ModelPart[] parts) => TinySteps.Train(
            Options() with { Trainable = parts }, new LoopbackCommunicator(), 1, 6, 0.001)[0].Norm;

        var (language, encoder, resampler) =
            (Norm(ModelPart.Language), Norm(ModelPart.Encoder), Norm(ModelPart.Resampler));

        Assert.All([language, encoder, resampler], norm => Assert.True(norm > 0));
        Assert.Equal(
            Math.Sqrt(language * language + encoder * encoder + resampler * resampler), Norm([.. ModelParts.All]), 10);
    }

    [Fact]
    public void A_run_that_is_killed_and_resumed_has_the_weights_of_one_that_was_not() =>
        TinyRuns.RequireSameAfterKill(data, options => Options() with
        {
            Name = options.Name,
            Trainable = [ModelPart.Resampler],
            Checkpoint = options.Checkpoint with { Every = 2 * 6 * TinyScenes.SequenceLength },
        });

    [Fact]
    public void A_checkpoint_says_what_its_model_sees_with()
    {
        var run = TinyRun.Create(data, _ => Options());
        run.Train();
        var shape = run.Options.Model.Shape;

        var weights = PretrainedWeights.Open(run.Folder.NewestCheckpoint!.Path, shape, tokenizerHash: null);

        Assert.Equal(shape, weights.Model with { InitStd = shape.InitStd });
        Assert.Contains("vpm.blocks.0.attn.qkv.bias", weights.Tensors.Keys);
        Assert.Contains("resampler.attn.in_proj_weight", weights.Tensors.Keys);
    }

    [Fact]
    public void An_exported_folder_has_the_published_names_and_answers_as_its_run_does()
    {
        var run = TinyRun.Create(data, _ => Options());
        run.Train();
        var folder = Path.Combine(data.Folder, Path.GetRandomFileName());
        var source = ExportSource.Open(run.Folder.NewestCheckpoint!.Path, "latest");
        new HuggingFaceExport(source, HuggingFaceExport.Words["float32"], 1 << 16).Write(folder);

        var index = File.ReadAllText(Path.Combine(folder, "model.safetensors.index.json"));
        Assert.Contains("\"llm.model.layers.1.mlp.down_proj.weight\"", index, StringComparison.Ordinal);
        Assert.Contains("\"vpm.patch_embed.proj.weight\"", index, StringComparison.Ordinal);
        Assert.Contains("\"resampler.kv_proj.weight\"", index, StringComparison.Ordinal);
        Assert.DoesNotContain("\"model.", index, StringComparison.Ordinal);
        Assert.Equal(Answers(run.Folder.NewestCheckpoint!.Path), Answers(folder));
        Assert.Throws<ConfigurationException>(() => source.RequireTextsAlone("GGUF"));
    }

    [Fact]
    public void Every_way_to_measure_held_out_losses_shows_the_model_its_pictures()
    {
        var run = TinyRun.Create(data, _ => Options());
        run.Train();
        var world = new LoopbackCommunicator();
        using var model = TrainedModel.LoadCollective(
            run.Folder.NewestCheckpoint!.Path, "latest", world, scenes.Data);
        var losses = model.HeldOutLossesCollective(world, 8).Losses;
        var expected = HeldOutEvaluation.Mean(losses);

        Assert.Equal(expected, model.CompareWith(model, sequences: 8).Loss, 1e-5);
        var positions = model.PositionLossesCollective(world, 8);
        Assert.Equal(
            expected, positions.Sum(one => one.Loss * one.Tokens) / positions.Sum(one => one.Tokens), 1e-5);
    }

    [Fact]
    public void An_answer_depends_on_the_picture_and_the_cache_changes_no_token_of_it()
    {
        ComputeThreads.Set(1);
        using var model = new MiniCpmForCausalLM(Options().Model.Shape);
        using var parameters = FlatParameters.BindFrozen(model);
        parameters.Initialize(seed: 4);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var random = new Random(1);
        var ids = tensor(Enumerable.Range(0, 20).Select(_ => (long)random.Next(400)).ToArray(), [1, 20]);
        PlacedPart Part(byte level)
        {
            var image = new RgbImage(28, 28);
            image.Pixels.AsSpan().Fill(level);
            return new PlacedPart(image, 5);
        }

        using var cache = model.NewCache(20);
        var first = model.NextLogits(ids.narrow(1, 0, 12), cache, [Part(200)]);
        var cached = model.NextLogits(ids.narrow(1, 12, 8), cache);
        var whole = nn.functional.linear(model.Hidden(ids, null, [Part(200)]), model.Head);
        var other = nn.functional.linear(model.Hidden(ids, null, [Part(10)]), model.Head);

        Assert.True(first[0].allclose(whole[0, 11], 1e-4, 1e-5));
        Assert.True(cached[0].allclose(whole[0, 19], 1e-4, 1e-5));
        Assert.False(whole[0, 19].allclose(other[0, 19], 1e-3, 1e-4));
    }

    [Fact]
    public void Every_question_of_a_file_is_asked_once_and_right_answers_are_counted_by_kind()
    {
        var run = TinyRun.Create(data, _ => Options());
        run.Train();
        using var model = TrainedModel.LoadCollective(
            run.Folder.NewestCheckpoint!.Path, "latest", new LoopbackCommunicator());
        var samples = ImageChatFiles.Read([Path.Combine(scenes.Scenes, "held-out.jsonl")]).Take(4).ToArray();

        var scores = new PictureEvaluation(model, TinyScenes.Template, isBlank: false).Run(samples, _ => { });

        Assert.Equal(
            samples.SelectMany(sample => sample.Sample.Kinds).CountBy(kind => kind).OrderBy(kind => kind.Key),
            scores.Select(score => KeyValuePair.Create(score.Kind, score.Asked)).OrderBy(kind => kind.Key));
        Assert.All(scores, score => Assert.InRange(score.Right, 0, score.Asked));
        Assert.All(scores, score => Assert.InRange(score.Commonest, 1, score.Asked));
    }

    [Fact]
    public void Steps_with_pictures_leave_no_tensor_behind()
    {
        using var session = TrainingSession.Open(Options(), new LoopbackCommunicator());
        session.Parameters.Initialize(seed: 1);
        using var step = session.NewStep();
        long After(int steps)
        {
            for (var i = 0; i < steps; i++)
                step.RunCollective(StepPlans.Of(session, 1, 6, learningRate: 0.001));
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }

        Assert.Equal(After(2), After(4));
    }

    [Fact]
    public void Pictures_need_a_model_that_sees_and_sees_by_the_same_rules()
    {
        var options = Options();
        var shape = options.Model.Shape;
        RunOptions With(VisionShape? vision) =>
            options with { Model = new ModelOptions(null, shape with { Vision = vision }) };

        Assert.Contains("texts alone: the model has no image encoder", Refusal(With(null)), StringComparison.Ordinal);
        Assert.Contains(
            "8 features, v2.6, found pictures",
            Refusal(With(TinyScenes.Vision with { Queries = 8 })), StringComparison.Ordinal);
    }

    private string[] Answers(string folder)
    {
        using var model = TrainedModel.LoadCollective(folder, "latest", new LoopbackCommunicator());
        var picture = ImageFile.Read(Path.Combine(scenes.Scenes, "images", "held-out-000000.png"));
        return
        [
            .. ((string[])["What color?", "How many?"]).Select(question => string.Concat(model.AnswerAbout(
                TinyScenes.Template,
                new Conversation([new ChatMessage(ChatRole.User, ImageConversation.Mark + question)]), [picture],
                new GenerationOptions(12, new TokenSampling(Temperature: 0))))),
        ];
    }

    private static string Refusal(RunOptions options) => Assert.Throws<ConfigurationException>(
        () => TrainingSession.Open(options, new LoopbackCommunicator())).Message;

    private RunOptions Options()
    {
        var options = data.Options();
        const long Batch = 6 * TinyScenes.SequenceLength;
        return options with
        {
            Model = new ModelOptions(null, options.Model.Shape with { Vision = TinyScenes.Vision }),
            Data = options.Data with
            {
                Sources = [options.Data.Sources[0] with { Name = "scenes", Path = scenes.Data, HeldOut = scenes.Data }],
                SequenceLength = TinyScenes.SequenceLength,
            },
            Schedule = options.Schedule with { Warmup = 2 * Batch, Stable = 3 * Batch, TokenBatch = Batch },
        };
    }

    private static ((double Loss, double Norm)[] Steps, float[] Weights) Train(
        RunOptions options, ICommunicator communicator)
    {
        float[] weights = [];
        // Six micro-batches over four lanes: the lanes hold 1, 2, 1 and 2.
        var steps = TinySteps.Train(
            options, communicator, steps: 3, sequences: 6, learningRate: 0.003,
            session => weights = session.Parameters.Values.Tensor.to(ScalarType.Float32).data<float>().ToArray());
        return (steps, weights);
    }
}
