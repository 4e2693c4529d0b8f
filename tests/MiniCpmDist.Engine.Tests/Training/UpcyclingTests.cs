using System.Text.Json;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tests.Steps;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Engine.Training.Upcycling;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

public sealed class UpcyclingTests(TinyData data)
{
    private const string Experts = "experts=4,top_k=2";

    [Theory]
    [InlineData(KernelSet.Fused, Precision.Float32, 2e-6)]
    [InlineData(KernelSet.Plain, Precision.Float32, 2e-6)]
    [InlineData(KernelSet.Plain, Precision.BFloat16, 0.05)]
    public void The_first_step_of_a_branch_with_experts_has_the_loss_that_the_trunk_has_there(
        KernelSet kernels, Precision precision, double limit)
    {
        var trunk = Trunk(options => options with { Kernels = kernels, Precision = precision });

        var branch = Branch(trunk, Experts);
        branch.Train();

        Assert.Equal([5, 6], branch.Steps().Select(step => step.Step));
        Assert.Equal(trunk.Steps()[4].Loss, branch.Steps()[0].Loss, limit * trunk.Steps()[4].Loss);
        // The learning rate goes on without a jump.
        Assert.Equal(trunk.Steps()[4].LearningRate, branch.Steps()[0].LearningRate);
        using var told = JsonDocument.Parse(branch.Journal().Single(
            line => line.Contains("\"upcycled\"", StringComparison.Ordinal)));
        Assert.InRange(told.RootElement.GetProperty("largest_difference").GetDouble(), 0, limit);
    }

    [Fact]
    public void The_experts_become_different_and_two_ranks_have_the_bits_of_one()
    {
        var trunk = Trunk();
        var (alone, together) = (Branch(trunk, Experts), Branch(trunk, Experts));
        alone.Train();
        together.Train(worldSize: 2);

        Assert.Equal(TinyRuns.Losses(alone), TinyRuns.Losses(together));
        Assert.Equal(alone.NewestFiles()["model.safetensors"], together.NewestFiles()["model.safetensors"]);
        using var model = new MiniCpmForCausalLM(alone.Options.Model.Shape);
        using var parameters = FlatParameters.BindFrozen(model);
        PretrainedWeights.Open(alone.Folder.NewestCheckpoint!.Path, model.Shape, null).Load(parameters);
        var experts = Enumerable.Range(0, 4).Select(expert => Values(
            parameters, $"model.layers.0.mlp.experts.{expert}.w2.weight")).ToArray();
        Assert.Equal(4, experts.Select(values => values[0]).Distinct().Count());
    }

    [Fact]
    public void New_moments_change_the_second_step_and_not_the_first()
    {
        var trunk = Trunk();
        var (copied, made) = (Branch(trunk, Experts), Branch(trunk, Experts + ",moments=new"));
        copied.Train();
        made.Train();

        Assert.Equal(copied.Steps()[0].Loss, made.Steps()[0].Loss);
        Assert.NotEqual(copied.Steps()[1].Loss, made.Steps()[1].Loss);
    }

    [Fact]
    public void A_decay_can_be_asked_for_together_with_experts()
    {
        var branch = Branch(Trunk(), Experts, Extent.OfSteps(2));

        branch.Train();

        Assert.Equal([5, 6], branch.Steps().Select(step => step.Step));
        Assert.Equal(0.001, branch.Steps()[^1].LearningRate, 1e-9);
    }

    [Fact]
    public void A_folder_without_experts_is_a_start_for_a_model_with_some()
    {
        var trunk = Trunk();
        var folder = trunk.Folder.NewestCheckpoint!.Path;
        var run = TinyRun.Create(data, options => options with
        {
            Model = new ModelOptions(null, UpcycleOptions.Parse(Experts).Of(options.Model.Shape)),
            InitFrom = folder,
        });
        run = run.With(new AttemptOptions
        {
            Weights = PretrainedWeights.Open(folder, run.Options.Model.Shape, tokenizerHash: null),
        });

        run.Train();

        Assert.Contains(run.Journal(), line => line.Contains("\"upcycled\"", StringComparison.Ordinal));
        Assert.Equal(6, run.Steps().Count);
    }

    [Fact]
    public void A_run_with_experts_does_not_go_on_from_a_dense_parent_by_accident()
    {
        var trunk = Trunk();
        var run = TinyRun.Create(data, options => options with
        {
            Name = "other",
            Model = new ModelOptions(null, UpcycleOptions.Parse(Experts).Of(options.Model.Shape)),
            Parent = new ParentOptions(trunk.Folder.Path, 4),
        });

        var refusal = Assert.Throws<ConfigurationException>(() => run.Train());

        Assert.Equal(
            ["model.experts", "model.experts_per_token", "model.balance_loss"],
            refusal.Problems.Select(problem => problem.Where));
    }

    /// <summary>A wrong router or a swapped matrix would look like these other weights.</summary>
    [Fact]
    public void The_gate_stops_a_model_that_does_not_compute_what_its_parent_does()
    {
        ComputeThreads.Set(1);
        var options = data.Options();
        options = options with
        {
            Model = new ModelOptions(null, UpcycleOptions.Parse(Experts).Of(options.Model.Shape)),
        };
        using var communicator = new LoopbackCommunicator();
        using var session = TrainingSession.Open(options, communicator);
        session.Parameters.Initialize(seed: 1);

        var refusal = Assert.Throws<ConfigurationException>(
            () => session.RequireUpcycledCollective(
                StepPlans.Of(session, 1, 6, 0.01), dense => dense.Initialize(seed: 2)));

        Assert.Contains("the logits of its parent", refusal.Message, StringComparison.Ordinal);
    }

    private TinyRun Trunk(Func<RunOptions, RunOptions>? change = null)
    {
        var trunk = TinyRun.Create(data, options =>
        {
            options = options with { Checkpoint = new CheckpointOptions { Every = 4 * 96 } };
            return change?.Invoke(options) ?? options;
        });
        trunk.Train();
        return trunk;
    }

    private static TinyRun Branch(TinyRun trunk, string experts, Extent? decay = null) =>
        TinyRun.Open(DecayBranch.Create(
            trunk.Folder.Path, 4, decay, trunk.Folder.Path + Path.GetRandomFileName(),
            check: (options, parent) => BranchChecks.Require(options, parent, ranks: 1),
            upcycle: UpcycleOptions.Parse(experts)));

    private static float[] Values(FlatParameters parameters, string name)
    {
        var slot = parameters.Layout.Slots.Single(slot => slot.Spec.Name == name);
        return parameters.Values.Span(slot.Offset, (int)slot.Spec.Count).ToArray();
    }
}
