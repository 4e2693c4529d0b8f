using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// The three matrix products of a linear map without bias, x · Wᵀ, on rows. Adapters of W belong to it; a weight that
/// is not trained gets no gradient.
/// </summary>
internal static class MatMul
{
    /// <summary>x · Wᵀ, <c>[rows, in]</c> to <c>[rows, out]</c>.</summary>
    public static Tensor Forward(Tensor x, FlatWeight weight)
    {
        using var transposed = weight.Value.t();
        return Adapted(x.mm(transposed), x, weight, 1);
    }

    /// <summary>residual + scale · x · Wᵀ.</summary>
    public static Tensor Forward(Tensor x, FlatWeight weight, Tensor residual, double scale)
    {
        using var transposed = weight.Value.t();
        return Adapted(residual.addmm(x, transposed, 1, (float)scale), x, weight, scale);
    }

    /// <summary>x · Wᵀ into rows of a larger matrix.</summary>
    public static void ForwardInto(Tensor result, Tensor x, FlatWeight weight)
    {
        using var transposed = weight.Value.t();
        Adapted(result.addmm_(x, transposed, 0), x, weight, 1);
    }

    /// <summary>The gradient of x, gradient · W, into rows of a larger matrix.</summary>
    public static void BackwardInto(Tensor result, Tensor gradient, FlatWeight weight) =>
        AdaptedBack(result.addmm_(gradient, weight.Value, 0), gradient, weight, 1);

    /// <summary>The gradient of x: scale · gradient · W.</summary>
    public static Tensor Backward(Tensor gradient, FlatWeight weight, double scale = 1) => AdaptedBack(
        empty([gradient.shape[0], weight.Value.shape[1]], ScalarType.Float32)
            .addmm_(gradient, weight.Value, 0, (float)scale),
        gradient, weight, scale);

    /// <summary>Adds the gradient of W, scale · gradientᵀ · x, to the flat one.</summary>
    public static void AddGradient(Tensor gradient, Tensor x, FlatWeight weight, double scale = 1)
    {
        foreach (var adapter in weight.Adapters)
            adapter.AddGradient(gradient, x, scale);
        if (!weight.IsTrained)
            return;
        using var transposed = gradient.t();
        weight.Gradient.addmm_(transposed, x, 1, (float)scale);
    }

    private static Tensor Adapted(Tensor product, Tensor x, FlatWeight weight, double scale)
    {
        foreach (var adapter in weight.Adapters)
            adapter.AddForward(product, x, scale);
        return product;
    }

    private static Tensor AdaptedBack(Tensor result, Tensor gradient, FlatWeight weight, double scale)
    {
        foreach (var adapter in weight.Adapters)
            adapter.AddBackward(result, gradient, scale);
        return result;
    }
}
