using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Rows of a bfloat16 table, ids <c>[tokens]</c> to <c>[tokens, hidden]</c>. A frequent token's gradient is a sum of
/// hundreds of rows: it is taken in float32 and rounded once, because bfloat16 stops growing after some dozens.
/// </summary>
/// <remarks>Inputs: the table, and ids, int64.</remarks>
internal sealed class NarrowTokenRows : autograd.SingleTensorFunction<NarrowTokenRows>
{
    public override string Name => nameof(NarrowTokenRows);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (table, ids) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_data("rows", table.shape[0]);
        ctx.save_for_backward([ids]);
        return table.index_select(0, ids);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var sums = zeros([(long)ctx.get_data("rows"), grad_output.shape[1]], ScalarType.Float32);
        var added = sums.index_add(0, ctx.get_saved_variables()[0], grad_output.to(ScalarType.Float32), 1);
        return [added.to(grad_output.dtype).MoveToOuterDisposeScope(), null!];
    }
}
