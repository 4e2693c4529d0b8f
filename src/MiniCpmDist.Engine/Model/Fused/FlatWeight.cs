using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// A weight, or several that lie side by side read as one matrix, in the flat buffers. Kernels and products add to
/// <see cref="Gradient"/> themselves, so that no gradient is made to be added later. Owns both views.
/// </summary>
internal sealed class FlatWeight(Tensor value, Tensor? gradient) : IDisposable
{
    /// <summary><c>[out, in]</c>, or <c>[size]</c>; float32.</summary>
    public Tensor Value => value;

    /// <summary>Adapters of the matrices in it, in the order of their rows; owned by this.</summary>
    public IReadOnlyList<LowRankRows> Adapters { get; init; } = [];

    /// <summary>
    /// False for the weights of a model that trains adapters: it is walked back, and these get no gradient.
    /// </summary>
    public bool IsTrained { get; init; } = true;

    /// <summary>The gradient, of the shape of <see cref="Value"/>; absent where the model only evaluates.</summary>
    public Tensor Gradient =>
        gradient ?? throw new InvalidOperationException("Expected flat gradients to go back with, found none.");

    public void Dispose()
    {
        value.Dispose();
        gradient?.Dispose();
        foreach (var adapter in Adapters)
            adapter.Dispose();
    }
}
