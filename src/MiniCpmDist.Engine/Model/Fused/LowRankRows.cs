using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// A low-rank adapter of some rows of a <see cref="FlatWeight"/> W: these compute (W + scale · B · A) x. Owns both.
/// </summary>
/// <param name="First">The first row that it adapts; it adapts as many as B has.</param>
/// <param name="Down">A, <c>[rank, in]</c>.</param>
/// <param name="Up">B, <c>[rows, rank]</c>.</param>
/// <param name="Scale">Factor on B · A.</param>
internal sealed record LowRankRows(long First, FlatWeight Down, FlatWeight Up, double Scale) : IDisposable
{
    /// <summary>Adds scale · factor · x · Aᵀ · Bᵀ to its columns of a product.</summary>
    public void AddForward(Tensor product, Tensor x, double factor)
    {
        using var scope = NewDisposeScope();
        var inner = x.mm(Down.Value.t());                                              // [rows, rank]
        Columns(product).addmm_(inner, Up.Value.t(), 1, (float)(Scale * factor));
    }

    /// <summary>Adds scale · factor · gradient · B · A to the gradient of x.</summary>
    public void AddBackward(Tensor result, Tensor gradient, double factor)
    {
        using var scope = NewDisposeScope();
        var inner = Columns(gradient).mm(Up.Value);                                    // [rows, rank]
        result.addmm_(inner, Down.Value, 1, (float)(Scale * factor));
    }

    /// <summary>Adds the gradients of A and B to the flat ones.</summary>
    public void AddGradient(Tensor gradient, Tensor x, double factor)
    {
        using var scope = NewDisposeScope();
        var own = Columns(gradient);
        var (down, up) = (x.mm(Down.Value.t()), own.mm(Up.Value));                      // [rows, rank] each
        Up.Gradient.addmm_(own.t(), down, 1, (float)(Scale * factor));
        Down.Gradient.addmm_(up.t(), x, 1, (float)(Scale * factor));
    }

    public void Dispose()
    {
        Down.Dispose();
        Up.Dispose();
    }

    private Tensor Columns(Tensor product) => product.narrow(1, First, Up.Value.shape[0]);
}
