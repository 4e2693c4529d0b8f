using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class ExpertTrainingTests(TinyData data)
{
    [Theory]
    [InlineData(KernelSet.Fused, Precision.Float32)]
    [InlineData(KernelSet.Plain, Precision.Float32)]
    [InlineData(KernelSet.Plain, Precision.BFloat16)]
    public void Losses_gradient_norms_and_weights_are_the_same_bits_for_worlds_of_1_2_and_4(
        KernelSet kernels, Precision precision)
    {
        ComputeThreads.Set(1);
        var options = Options(kernels) with { Precision = precision };
        var alone = Train(options, new LoopbackCommunicator());

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
    [InlineData(KernelSet.Fused, ActivationCheckpointing.Selective)]
    [InlineData(KernelSet.Fused, ActivationCheckpointing.Full)]
    [InlineData(KernelSet.Plain, ActivationCheckpointing.Selective)]
    [InlineData(KernelSet.Plain, ActivationCheckpointing.Full)]
    public void Computing_activations_again_changes_no_bit(KernelSet kernels, ActivationCheckpointing checkpointing)
    {
        ComputeThreads.Set(1);
        var options = Options(kernels);

        var kept = Train(options, new LoopbackCommunicator());
        var again = Train(
            options with { Parallel = options.Parallel with { ActivationCheckpointing = checkpointing } },
            new LoopbackCommunicator());

        Assert.Equal(kept.Steps, again.Steps);
        Assert.Equal(kept.Weights, again.Weights);
    }

    /// <summary>A balance loss of each micro-batch alone would give other gradients by far.</summary>
    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void The_router_losses_are_those_of_the_whole_step_whatever_the_micro_batch_is(KernelSet kernels)
    {
        ComputeThreads.Set(1);
        var steps = ((int[])[1, 2, 3, 6]).Select(microBatch =>
        {
            var options = Options(kernels);
            return Measured(options with { Parallel = options.Parallel with { Lanes = 1, MicroBatch = microBatch } });
        }).ToArray();

        Assert.All(steps, step =>
        {
            Assert.Equal(steps[0].Norm, step.Norm, 3e-6 * step.Norm);
            Assert.Equal(steps[0].Balance, step.Balance, 1e-6 * step.Balance);
            Assert.Equal(steps[0].Tokens, step.Tokens);
        });
    }

    [Fact]
    public void Plain_and_fused_kernels_follow_one_loss_curve()
    {
        ComputeThreads.Set(1);

        var (plain, fused) = (Slow(KernelSet.Plain), Slow(KernelSet.Fused));

        Assert.Equal(plain[0].Loss, fused[0].Loss, 1e-6 * plain[0].Loss);
        Assert.Equal(plain[0].Norm, fused[0].Norm, 3e-6 * plain[0].Norm);
        // Each step makes more of what rounding did before; a token near a border may take another expert.
        Assert.All(plain.Zip(fused), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-4 * pair.First.Loss));

        (double Loss, double Norm)[] Slow(KernelSet kernels) => TinySteps.Train(
            Options(kernels), new LoopbackCommunicator(), steps: 5, sequences: 6, learningRate: 0.001);
    }

    [Fact]
    public void A_run_that_is_killed_and_resumed_has_the_weights_of_one_that_was_not() =>
        TinyRuns.RequireSameAfterKill(data, options => Options(KernelSet.Fused) with
        {
            Name = options.Name,
            Checkpoint = options.Checkpoint with { Every = 2 * 96 },
        });

    [Fact]
    public void A_checkpoint_is_a_hugging_face_folder_whose_experts_have_its_names_and_are_read_to_the_last_bit()
    {
        var run = TinyRun.Create(data, _ => Options(KernelSet.Fused));
        run.Train();
        var folder = run.Folder.NewestCheckpoint!.Path;
        using var model = new MiniCpmForCausalLM(run.Options.Model.Shape);
        using var parameters = FlatParameters.BindFrozen(model);

        var weights = PretrainedWeights.Open(folder, run.Options.Model.Shape, tokenizerHash: null);
        weights.Load(parameters);

        Assert.Equal(
            4, Enumerable.Range(0, 4).Count(
                expert => weights.Tensors.ContainsKey($"model.layers.1.mlp.experts.{expert}.w2.weight")));
        Assert.Contains("model.layers.1.mlp.gate.weight", weights.Tensors.Keys);
        foreach (var slot in parameters.Layout.Slots)
        {
            Assert.Equal(
                weights.Tensors[slot.Spec.Name].ReadAll(),
                parameters.Values.Span(slot.Offset, (int)slot.Spec.Count).ToArray());
        }
        Assert.Equal(run.Options.Model.Shape, weights.Model with { InitStd = run.Options.Model.Shape.InitStd });
    }

    [Fact]
    public void Runs_on_two_and_four_ranks_have_the_same_lines()
    {
        var run = TinyRun.Create(data, _ => Options(KernelSet.Fused));
        var again = TinyRun.Create(data, _ => Options(KernelSet.Fused));
        run.Train(2);
        again.Train(4);

        Assert.Equal(TinyRuns.Losses(run), TinyRuns.Losses(again));
        Assert.Equal(
            run.Steps().SelectMany(step => step.ExpertTokens).SelectMany(layer => layer),
            again.Steps().SelectMany(step => step.ExpertTokens).SelectMany(layer => layer));
    }

    [Fact]
    public void A_step_reports_the_tokens_of_every_expert_and_none_is_dropped()
    {
        var (_, _, tokens) = Measured(Options(KernelSet.Fused));

        // Six sequences of 16 tokens, each of which takes two experts in both layers.
        Assert.Equal(2 * 2 * 6 * 16, tokens.Sum());
        Assert.Equal(2 * 4, tokens.Length);
    }

    private RunOptions Options(KernelSet kernels)
    {
        var options = data.Options();
        var shape = options.Model.Shape with
        {
            Experts = 4,
            ExpertsPerToken = 2,
            BalanceLoss = 0.5,
            RouterZLoss = 0.01,
            IntermediateSize = 40,
        };
        return options with { Model = new ModelOptions(null, shape), Kernels = kernels };
    }

    private static ((double Loss, double Norm)[] Steps, float[] Weights) Train(
        RunOptions options, ICommunicator communicator)
    {
        float[] weights = [];
        // Six micro-batches over four lanes: the lanes hold 1, 2, 1 and 2.
        var steps = TinySteps.Train(
            options, communicator, steps: 5, sequences: 6, learningRate: 0.01,
            session => weights = session.Parameters.Values.Tensor.to(TorchSharp.torch.ScalarType.Float32)
                .data<float>().ToArray());
        return (steps, weights);
    }

    private static (double Norm, double Balance, long[] Tokens) Measured(RunOptions options)
    {
        using var session = MiniCpmDist.Engine.Training.TrainingSession.Open(options, new LoopbackCommunicator());
        session.Parameters.Initialize(seed: 1);
        using var step = session.NewStep();
        var result = step.RunCollective(StepPlans.Of(session, 1, 6, learningRate: 0.01));
        return (
            result.GradientNorm, result.Measures.Single(measure => measure.Name == "balance_loss").Value,
            [.. result.ExpertTokens.SelectMany(layer => layer)]);
    }
}
