using System.Runtime.InteropServices;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.CollectiveRanks;

/// <summary>
/// Gradients of a model, a block a bucket, whose reduction begins while backward goes on where the link works by
/// itself: they have the bits that they have over MPI, where it begins afterwards.
/// </summary>
internal static class GradientCheck
{
    private static readonly ModelShape s_shape = new()
    {
        HiddenSize = 32,
        IntermediateSize = 80,
        Layers = 3,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 8,
        VocabularySize = 100,
    };

    public static void Run(ICommunicator world, ITensorLink link)
    {
        using var overMpi = new HostLink(world);
        foreach (var isSharded in (bool[])[false, true])
        {
            if (!Reduced(overMpi, isSharded).SequenceEqual(Reduced(link, isSharded)))
            {
                throw new InvalidOperationException(
                    $"Other gradients over {link.Description} than over MPI, on rank {world.Rank}.");
            }
        }
    }

    /// <summary>The bits of the parts that this rank owns.</summary>
    private static uint[] Reduced(ITensorLink link, bool isSharded)
    {
        var tree = new LaneTree(link.WorldSize);
        var layout = FlatLayout.For(s_shape.ParameterSpecs, link.WorldSize, leastBucket: 1);
        using var model = new MiniCpmForCausalLM(s_shape);
        using var reduction = new OrderedReduceScatter(tree, link, layout.Buckets, new NoSideStream());
        using var gradients = new FlatGradients(layout, tree, ownLanes: 1, reduction, isSharded: isSharded);
        using var parameters = FlatParameters.Bind(model, layout, reduction.Owned, gradients);
        parameters.Initialize(seed: 1);
        gradients.Clear();
        gradients.IsLast = true;
        GoBack(model, link.Rank);
        gradients.ReachedCollective(Bucket.AtTheEnd);
        gradients.ReduceScatterCollective();
        return
        [
            .. reduction.Owned.Parts.SelectMany((part, bucket) => MemoryMarshal
                .Cast<float, uint>(gradients.Sums.Span(gradients.PlaceOf(bucket), (int)part.Count)).ToArray()),
        ];
    }

    private static void GoBack(MiniCpmForCausalLM model, int rank)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)rank);
        var ids = randint(s_shape.VocabularySize, [2, 9], ScalarType.Int64, generator: generator);
        var targets = randint(s_shape.VocabularySize, [2, 9], ScalarType.Int64, generator: generator);
        BackwardPass.Run(model.LossSum(ids, targets));
    }
}
