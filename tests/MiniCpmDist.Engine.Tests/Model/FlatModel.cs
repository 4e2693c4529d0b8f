using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>A model in flat buffers and what moves it, for a world of one rank and one lane.</summary>
public sealed class FlatModel : IDisposable
{
    private readonly LoopbackCommunicator _communicator = new();
    private readonly OrderedReduceScatter _reduction;

    public FlatModel(MiniCpmForCausalLM model, int strands = 1)
    {
        var tree = new LaneTree(1);
        Frozen = model.Lora is null ? null : FlatParameters.BindFrozen(model);
        var specs = model.Lora is { } lora ? AdapterList.Of(model.Shape, lora) : model.Shape.ParameterSpecs;
        var layout = FlatLayout.For(specs, slices: 1);
        _reduction = new OrderedReduceScatter(tree, new HostLink(_communicator), layout.Buckets, new NoSideStream());
        Gradients = new FlatGradients(layout, tree, ownLanes: 1, _reduction, strands: strands);
        Parameters = Frozen is null
            ? FlatParameters.Bind(model, layout, _reduction.Owned, Gradients)
            : FlatParameters.BindAdapters(model, Frozen, layout, _reduction.Owned, Gradients);
        Norm = new GradientNorm(_communicator, _reduction, layout);
    }

    /// <summary>What is trained.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>The weights where adapters are trained; null where the weights are.</summary>
    public FlatParameters? Frozen { get; }

    public FlatGradients Gradients { get; }

    public GradientNorm Norm { get; }

    public FlatAdamW NewAdamW(OptimizerOptions options, double scaleWidth) =>
        new(options, Parameters, Gradients, scaleWidth, _reduction.Owned);

    public void Dispose()
    {
        Parameters.Dispose();
        Frozen?.Dispose();
        Gradients.Dispose();
        _reduction.Dispose();
        _communicator.Dispose();
    }
}
