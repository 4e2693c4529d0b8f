namespace MiniCpmDist.Core.Model;

/// <summary>
/// Names, shapes and starting values of a model's parameters, as the published training code has them: every hidden
/// matrix starts with init_std / √(d_m / d_base) whatever its fan-in; embedding, head and routers with init_std; norms
/// with ones.
/// </summary>
internal static class ParameterList
{
    public static IReadOnlyList<ParameterSpec> Of(ModelShape shape)
    {
        var specs = new List<ParameterSpec> { Table(shape, "model.embed_tokens.weight") };
        // Before the blocks, because gradients come here last, as those of the embedding do.
        if (shape.Vision is { } vision)
            specs.AddRange(VisionParameters.Of(vision, shape.HiddenSize));
        for (var layer = 0; layer < shape.Layers; layer++)
            specs.AddRange(Block(shape, $"model.layers.{layer}.").Select(spec => spec with { Block = layer }));
        specs.Add(Norm(shape, "model.norm.weight"));
        if (!shape.TieWordEmbeddings)
            specs.Add(Table(shape, "lm_head.weight"));
        return specs;
    }

    private static IEnumerable<ParameterSpec> Block(ModelShape shape, string prefix)
    {
        var queries = (long)shape.Heads * shape.HeadDim;
        var keyValues = (long)shape.KeyValueHeads * shape.HeadDim;
        ParameterSpec Matrix(string name, long rows, long columns, string? fusion = null) => new(
            prefix + name + ".weight", [rows, columns], shape.InitStd / Math.Sqrt(shape.ScaleWidth),
            LearningRateGroup.Matrix,
            prefix + (fusion ?? name));

        yield return Norm(shape, prefix + "input_layernorm.weight");
        yield return Matrix("self_attn.q_proj", queries, shape.HiddenSize, "self_attn.qkv");
        yield return Matrix("self_attn.k_proj", keyValues, shape.HiddenSize, "self_attn.qkv");
        yield return Matrix("self_attn.v_proj", keyValues, shape.HiddenSize, "self_attn.qkv");
        yield return Matrix("self_attn.o_proj", shape.HiddenSize, queries);
        yield return Norm(shape, prefix + "post_attention_layernorm.weight");
        foreach (var matrix in shape.FeedForward.Matrices(shape.HiddenSize))
        {
            var spec = Matrix(matrix.Name, matrix.Rows, matrix.Columns, matrix.Fusion);
            yield return matrix.IsRouter ? spec with { InitStd = shape.InitStd } : spec;
        }
    }

    private static ParameterSpec Table(ModelShape shape, string name) =>
        new(name, [shape.VocabularySize, shape.HiddenSize], shape.InitStd, LearningRateGroup.Full, name);

    private static ParameterSpec Norm(ModelShape shape, string name) =>
        new(name, [shape.HiddenSize], 0, LearningRateGroup.Full, name);
}
