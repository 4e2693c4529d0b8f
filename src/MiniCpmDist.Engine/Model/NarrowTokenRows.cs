using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Rows of a bfloat16 table, ids <c>[tokens]</c> to <c>[tokens, hidden]</c>. A frequent token's gradient is a sum of
/// hundreds of rows: it is taken in float32 and rounded once, because bfloat16 stops growing after some dozens.
/// </summary>
/// <remarks>Inputs: the table, and ids, int64.</remarks>
internal sealed class NarrowTokenRows : GraphFunction<NarrowTokenRows>
{
    protected override int Inputs => 2;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (table, ids) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_data("rows", table.shape[0]);
        ctx.save_for_backward([ids]);
        return table.index_select(0, ids);
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var sums = zeros([(long)ctx.get_data("rows"), gradient.shape[1]], ScalarType.Float32);
        var added = sums.WithRowsAdded(ctx.get_saved_variables()[0], gradient.to(ScalarType.Float32));
        return [added.to(gradient.dtype), null!];
    }
}
