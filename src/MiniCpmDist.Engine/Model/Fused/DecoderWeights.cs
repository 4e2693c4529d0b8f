using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Experts;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>What the fused model computes with, and where its gradients go. Owns the views.</summary>
internal sealed class DecoderWeights : IDisposable
{
    private const string EmbeddingName = "model.embed_tokens.weight";
    private const string FinalNormName = "model.norm.weight";
    private const string UntiedHead = "lm_head.weight";

    /// <param name="shape">Of the model.</param>
    /// <param name="routers">Those of its layers; null for a model without experts.</param>
    /// <param name="weights">The flat buffers.</param>
    /// <param name="checkpointing">What blocks compute again in backward.</param>
    public DecoderWeights(
        ModelShape shape, RouterBook? routers, IFlatWeights weights, ActivationCheckpointing checkpointing)
    {
        Embedding = weights.Find(EmbeddingName, EmbeddingName);
        Blocks =
        [
            .. Enumerable.Range(0, shape.Layers)
                .Select(layer => new FusedBlock(
                    shape, routers?.Layers[layer], $"model.layers.{layer}.", weights, checkpointing)),
        ];
        // The logits are divided by d_m / d_base: here, where it costs nothing.
        Norm = new RowNorm(weights.Find(FinalNormName, FinalNormName), shape.RmsNormEps, 1 / shape.ScaleWidth);
        var head = shape.TieWordEmbeddings ? EmbeddingName : UntiedHead;
        Head = weights.Find(head, head);
    }

    public FlatWeight Embedding { get; }

    public FusedBlock[] Blocks { get; }

    public RowNorm Norm { get; }

    public FlatWeight Head { get; }

    public void Dispose()
    {
        Embedding.Dispose();
        foreach (var block in Blocks)
            block.Dispose();
        Norm.Dispose();
        Head.Dispose();
    }
}
