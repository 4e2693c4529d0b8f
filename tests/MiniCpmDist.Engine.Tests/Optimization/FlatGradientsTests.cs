using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tests.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Optimization;

public sealed class FlatGradientsTests
{
    [Theory]
    [InlineData(KernelSet.Fused, true)]
    [InlineData(KernelSet.Fused, false)]
    [InlineData(KernelSet.Plain, true)]
    [InlineData(KernelSet.Plain, false)]
    public void Blocks_that_share_working_memory_leave_the_bits_of_blocks_that_do_not(KernelSet kernels, bool tied)
    {
        var (whole, wholeBytes) = Gradients(kernels, tied, isSharded: false);
        var (shared, sharedBytes) = Gradients(kernels, tied, isSharded: true);

        Assert.Equal(whole, shared);
        Assert.NotEqual(wholeBytes, sharedBytes);
    }

    [Fact]
    public void Rounds_without_a_backward_add_nothing()
    {
        var (once, _) = Gradients(KernelSet.Plain, tied: true, isSharded: true);
        var (passed, _) = Gradients(KernelSet.Plain, tied: true, isSharded: true, passes: 2);

        Assert.Equal(once, passed);
    }

    [Fact]
    public void Several_lanes_of_a_rank_cannot_be_sharded() => Assert.Throws<ArgumentException>(() =>
    {
        var tree = new LaneTree(2);
        using var communicator = new LoopbackCommunicator();
        var layout = FlatLayout.For(SmallModel.Shape.ParameterSpecs, 2);
        using var reduction = new OrderedReduceScatter(
            tree, new HostLink(communicator), layout.Buckets, new NoSideStream());
        using var gradients = new FlatGradients(layout, tree, 2, reduction, isSharded: true);
    });

    /// <summary>Of one micro-batch, every block in a bucket of its own.</summary>
    private static (float[] Sums, bool WantsMarks) Gradients(
        KernelSet kernels, bool tied, bool isSharded, int passes = 0)
    {
        var shape = SmallModel.Shape with { Layers = 3, TieWordEmbeddings = tied };
        using var model = new MiniCpmForCausalLM(shape, kernels: kernels);
        var tree = new LaneTree(1);
        using var communicator = new LoopbackCommunicator();
        var layout = FlatLayout.For(shape.ParameterSpecs, slices: 1, leastBucket: 1);
        using var reduction = new OrderedReduceScatter(
            tree, new HostLink(communicator), layout.Buckets, new NoSideStream());
        using var gradients = new FlatGradients(layout, tree, 1, reduction, isSharded: isSharded);
        using var parameters = FlatParameters.Bind(model, layout, reduction.Owned, gradients);
        parameters.Initialize(seed: 3);
        gradients.Clear();
        using var scope = NewDisposeScope();
        var (ids, targets) = (SmallModel.RandomIds(1, 3, 17), SmallModel.RandomIds(5, 3, 17));
        BackwardPass.Run(model.LossSum(ids, targets, gradientFactor: 1));
        gradients.ReachedCollective(Bucket.AtTheEnd);
        for (var i = 0; i < passes; i++)
            gradients.PassCollective();
        return (gradients.Sums.Span(0, (int)gradients.Sums.Length).ToArray(), gradients.WantsMarks);
    }
}
