using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Experts;

/// <summary>
/// The router of a layer as far as it is no tensor: what of the training loss pulls at its probabilities, and what is
/// measured of it.
/// </summary>
/// <param name="experts">Experts of the layer.</param>
/// <param name="perToken">Experts that a token takes.</param>
internal sealed class LayerRouter(int experts, int perToken)
{
    public int Experts => experts;

    public int PerToken => perToken;

    /// <summary>The derivatives of the balance loss by the probability that a token gives each expert.</summary>
    public float[] Pulls { get; set; } = new float[experts];

    /// <summary>The derivative of the training loss by the square of a token's log-normalizer.</summary>
    public float NormalizerPull { get; set; }

    /// <summary>True while what goes through the layer is measured.</summary>
    public bool IsWatched { get; set; }

    /// <summary>What was measured since it was cleared.</summary>
    public RouterSums Sums { get; } = new(experts);

    /// <summary>Decides where tokens go, and measures where somebody watches.</summary>
    /// <param name="scores"><c>[tokens, experts]</c>, float32, or float64 of a reference.</param>
    public (ExpertRouting Routing, RouterProbabilities Probabilities) Route(Tensor scores)
    {
        using var scope = NewDisposeScope();
        var own = scores.detach().cpu().contiguous();
        var numbers = own.to(ScalarType.Float32).data<float>().ToArray();
        var routing = own.dtype == ScalarType.Float64
            ? ExpertRouting.Of<double>(own.data<double>().ToArray(), experts, perToken)
            : ExpertRouting.Of<float>(numbers, experts, perToken);
        var probabilities = RouterProbabilities.Of(numbers, experts, routing);
        if (IsWatched)
            probabilities.AddTo(Sums);
        return (routing, probabilities);
    }
}
