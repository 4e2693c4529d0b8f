using MiniCpmDist.Native.Kernels;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// RMSNorm over rows, x · inverse · weight · scale with inverse = 1 / √(mean(x²) + epsilon). Not a node of the graph:
/// the functions that call it keep x and inverse, and make the result again where backward needs it.
/// </summary>
internal sealed class RowNorm(FlatWeight weight, double epsilon, double scale = 1) : IDisposable
{
    /// <param name="x"><c>[rows, width]</c>.</param>
    /// <returns>The result, as x, and one number for each row; the caller's scope owns both.</returns>
    public (Tensor Result, Tensor Inverse) Forward(Tensor x)
    {
        var result = empty_like(x);
        var inverse = empty(x.shape[0], ScalarType.Float32);
        NormKernels.Forward(
            TensorAddress.Of(x), TensorAddress.Of(weight.Value), TensorAddress.Of(result), TensorAddress.Of(inverse),
            x.shape[0], x.shape[1], (float)epsilon, (float)scale, get_num_threads());
        return (result, inverse);
    }

    /// <summary>The result once more, with the same bits.</summary>
    public Tensor Again(Tensor x, Tensor inverse)
    {
        var result = empty_like(x);
        NormKernels.Again(
            TensorAddress.Of(x), TensorAddress.Of(weight.Value), TensorAddress.Of(inverse), TensorAddress.Of(result),
            x.shape[0], x.shape[1], (float)scale, get_num_threads());
        return result;
    }

    /// <summary>
    /// Turns the gradient of the result, in place, into that of x, plus <paramref name="residual"/> where there is one,
    /// and adds the weight's gradient to the flat one, where it is trained.
    /// </summary>
    public Tensor Backward(Tensor gradient, Tensor x, Tensor inverse, Tensor? residual = null)
    {
        var address = TensorAddress.Of(gradient);
        using var unused = weight.IsTrained ? null : zeros_like(weight.Value);
        NormKernels.Backward(
            address, TensorAddress.Of(x), TensorAddress.Of(weight.Value), TensorAddress.Of(inverse),
            residual is null ? 0 : TensorAddress.Of(residual), address, TensorAddress.Of(unused ?? weight.Gradient),
            x.shape[0], x.shape[1], (float)scale, get_num_threads());
        return gradient;
    }

    public void Dispose() => weight.Dispose();
}
