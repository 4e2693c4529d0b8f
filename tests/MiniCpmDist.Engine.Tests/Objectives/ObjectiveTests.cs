using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Engine.Training.Steps;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Objectives;

/// <summary>Another objective than that of pre-training needs no change of the step.</summary>
public sealed class ObjectiveTests(TinyData data)
{
    private const int Steps = 5;
    private const int Sequences = 6;

    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void Another_objective_trains_with_the_same_bits_on_one_rank_and_on_two(KernelSet kernels)
    {
        ComputeThreads.Set(1);
        var alone = Train(new LoopbackCommunicator(), kernels).Losses;
        using var world = new ThreadWorld(2);

        var ranks = world.Run(communicator => Train(communicator, kernels).Losses);

        Assert.All(ranks, losses => Assert.Equal(alone, losses));
        Assert.True(alone[^1] < alone[0] - 0.1, $"{alone[0]} has become {alone[^1]} only");
    }

    [Theory]
    [InlineData(KernelSet.Fused)]
    [InlineData(KernelSet.Plain)]
    public void The_loss_of_each_step_is_what_its_formula_gives(KernelSet kernels)
    {
        ComputeThreads.Set(1);
        var (found, expected) = Train(new LoopbackCommunicator(), kernels);

        // Float32 sums over 400 pieces and 16 positions: some 1e-6 of a loss of about 6.
        Assert.All(found.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void An_evaluation_takes_it_as_a_step_does()
    {
        ComputeThreads.Set(1);

        var smoothed = Evaluate(new SmoothedObjective(share: 1));

        Assert.Equal(Evaluate(RunObjective.PreTraining), Evaluate(new SmoothedObjective(share: 0)), 1e-4);
        Assert.NotEqual(Evaluate(RunObjective.PreTraining), smoothed, 1e-3);
    }

    private double Evaluate(IObjective objective)
    {
        var options = data.Options();
        using var model = new MiniCpmForCausalLM(options.Model.Shape);
        using var parameters = FlatParameters.BindFrozen(model);
        parameters.Initialize(seed: 3);
        using var dataset = TokenDataset.Open(options.Data.Sources[0].HeldOut, "held-out");
        var evaluation = new HeldOutEvaluation(model, objective, [("data", dataset)], microBatch: 2, sequences: 3);
        return HeldOutEvaluation.Mean(evaluation.LossesCollective(new LoopbackCommunicator()));
    }

    /// <summary>Loss of each step, as the step has measured it and as the formula has it.</summary>
    private (double[] Losses, double[] Formula) Train(ICommunicator communicator, KernelSet kernels)
    {
        var objective = new SmoothedObjective(share: 0.1);
        var options = data.Options() with { Kernels = kernels };
        using var session = TrainingSession.Open(options, communicator);
        session.Parameters.Initialize(seed: 1);
        using var step = session.NewStep(objective: objective);
        var (losses, formula) = (new double[Steps], new double[Steps]);
        for (var i = 0; i < Steps; i++)
        {
            var plan = StepPlans.Of(session, i + 1, Sequences, learningRate: 0.01);
            formula[i] = Formula(objective, session, plan);
            losses[i] = step.RunCollective(plan).Loss;
        }
        return (losses, formula);
    }

    private double Formula(SmoothedObjective objective, TrainingSession session, StepPlan plan)
    {
        using var model = new MiniCpmForCausalLM(data.Options().Model.Shape);
        using var parameters = FlatParameters.BindFrozen(model);
        foreach (var slot in parameters.Layout.Slots)
        {
            var trained = session.Parameters.Layout.Slots.Single(other => other.Spec.Name == slot.Spec.Name);
            parameters.Write(slot.Offset, session.Parameters.Values.Span(trained.Offset, (int)slot.Spec.Count));
        }
        TokenDataset[] sources = [.. session.Data.Sources.Select(source => source.Train)];
        var weight = plan.Places.Sum(place => sources[place.Source].LossTokens(place.Index));
        return plan.Places.Sum(place => Formula(objective, model, sources, place)) / weight;
    }

    private static double Formula(
        SmoothedObjective objective, MiniCpmForCausalLM model, TokenDataset[] sources, SequenceRef place)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var row = MicroBatch.Read(sources, [place]);
        var logits = model.Logits(tensor(row.Ids, 1, row.Ids.Length), row.SegmentLengths);
        return objective.Formula(logits.data<float>().ToArray(), row.Targets);
    }
}
