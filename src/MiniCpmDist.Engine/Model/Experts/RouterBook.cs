using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Engine.Model.Experts;

/// <summary>
/// The routers of all layers of a model with experts, and where the tokens of the step under way go: that is counted
/// before any gradient is made, so that the losses of the routers are those of the whole step, however it is cut into
/// micro-batches and ranks.
/// </summary>
internal sealed class RouterBook
{
    private readonly ModelShape _shape;
    private IReadOnlyList<long[]> _counts = [];

    private RouterBook(ModelShape shape)
    {
        _shape = shape;
        Layers =
        [
            .. Enumerable.Range(0, shape.Layers).Select(_ => new LayerRouter(shape.Experts, shape.ExpertsPerToken)),
        ];
    }

    /// <summary>Names of what <see cref="CopyTo"/> measures.</summary>
    public static IReadOnlyList<string> Measures => RouterMeasures.All;

    public IReadOnlyList<LayerRouter> Layers { get; }

    /// <summary>Null for a model without experts.</summary>
    public static RouterBook? Of(ModelShape shape) => shape.Experts > 0 ? new RouterBook(shape) : null;

    /// <summary>Measures what goes through the model from now on, until the result is disposed of.</summary>
    public IDisposable Watch()
    {
        foreach (var layer in Layers)
        {
            layer.Sums.Clear();
            layer.IsWatched = true;
        }
        return new Watching(this);
    }

    /// <summary>Makes the losses of the routers part of the training loss of a step.</summary>
    /// <param name="counts">Assignments of the whole step, <c>[layers][experts]</c>.</param>
    public void Pull(IReadOnlyList<long[]> counts)
    {
        _counts = counts;
        foreach (var (layer, own) in Layers.Zip(counts))
        {
            layer.Pulls = ExpertBalance.Pulls(own, _shape.ExpertsPerToken, _shape.Layers, _shape.BalanceLoss);
            layer.NormalizerPull = (float)(_shape.RouterZLoss / (Tokens(own) * _shape.Layers));
        }
    }

    /// <summary>
    /// What was measured since <see cref="Watch"/>, as parts of the means over all layers and tokens of the step.
    /// </summary>
    /// <param name="measured">One number for each of <see cref="Measures"/>.</param>
    /// <param name="factor">What each is multiplied with.</param>
    public void CopyTo(Span<double> measured, double factor)
    {
        measured.Clear();
        foreach (var (layer, counts) in Layers.Zip(_counts))
        {
            var share = factor / (Tokens(counts) * _shape.Layers);
            measured[0] += ExpertBalance.Part(counts, _shape.ExpertsPerToken, layer.Sums.Probabilities)
                * factor / _shape.Layers;
            measured[1] += layer.Sums.Entropy * share;
            measured[2] += layer.Sums.SquaredNormalizers * share;
        }
    }

    private double Tokens(long[] counts) => Math.Max(1, counts.Sum() / _shape.ExpertsPerToken);

    private sealed class Watching(RouterBook book) : IDisposable
    {
        public void Dispose()
        {
            foreach (var layer in book.Layers)
                layer.IsWatched = false;
        }
    }
}
