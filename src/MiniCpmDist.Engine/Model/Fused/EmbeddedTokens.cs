using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// Rows of the embedding times a factor, <c>[tokens]</c> to <c>[tokens, hidden]</c>. Backward adds to the rows of the
/// flat gradient that were read, and to no other.
/// </summary>
/// <remarks>
/// Inputs: the embedding's parameter, only so that the graph begins here; ids, int64; the embedding as a
/// <see cref="FlatWeight"/>; the factor.
/// </remarks>
internal sealed class EmbeddedTokens : GraphFunction<EmbeddedTokens>
{
    protected override int Inputs => 4;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (ids, table, factor) = ((Tensor)vars[1], (FlatWeight)vars[2], (double)vars[3]);
        var (vocabulary, width) = (table.Value.shape[0], table.Value.shape[1]);
        var rows = empty([ids.shape[0], width], ScalarType.Float32);
        VocabularyKernels.Embed(
            TensorAddress.Of(table.Value), TensorAddress.Of(ids, ScalarType.Int64), TensorAddress.Of(rows),
            ids.shape[0], vocabulary, width, (float)factor, get_num_threads());
        ctx.save_data(nameof(table), table);
        ctx.save_data(nameof(factor), factor);
        ctx.save_for_backward([ids]);
        return rows;
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var (table, factor) = ((FlatWeight)ctx.get_data("table"), (double)ctx.get_data("factor"));
        var ids = ctx.get_saved_variables()[0];
        VocabularyKernels.AddEmbeddingGradient(
            TensorAddress.Of(table.Gradient), TensorAddress.Of(ids, ScalarType.Int64),
            TensorAddress.Of(gradient.contiguous()), ids.shape[0], table.Value.shape[0], table.Value.shape[1],
            (float)factor, get_num_threads());
        return [null!, null!, null!, null!];
    }
}
