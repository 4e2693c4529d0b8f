using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>
/// What a model sees in pictures, and the positions of a text that it takes. Scales of texts do not apply.
/// </summary>
/// <param name="Values"><c>[features, hidden]</c>.</param>
/// <param name="Rows">Of the micro-batch's positions, row after row, <c>[features]</c>, int64.</param>
internal sealed record ImageFeatures(Tensor Values, Tensor Rows)
{
    /// <summary>A copy of hidden states with the features in their place.</summary>
    /// <param name="hidden"><c>[positions, hidden]</c>.</param>
    public Tensor Over(Tensor hidden) => hidden.index_copy(0, Rows, Values);
}
