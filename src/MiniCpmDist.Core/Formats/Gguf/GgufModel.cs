using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>A MiniCPM model as a GGUF file: keys, names, types and dimensions.</summary>
public static class GgufModel
{
    public const string Architecture = "minicpm";
    private const string Layers = "model.layers.";
    private const string Router = "ffn_gate_inp";

    private static readonly Dictionary<string, string> s_outside = new()
    {
        ["model.embed_tokens.weight"] = "token_embd.weight",
        ["model.norm.weight"] = "output_norm.weight",
        ["lm_head.weight"] = "output.weight",
    };

    private static readonly Dictionary<string, string> s_inside = new()
    {
        ["input_layernorm"] = "attn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.o_proj"] = "attn_output",
        ["post_attention_layernorm"] = "ffn_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
        [FeedForward.Experts.Router] = Router,
    };

    private static readonly Dictionary<string, string> s_experts = new()
    {
        ["w1"] = "ffn_gate_exps",
        ["w3"] = "ffn_up_exps",
        ["w2"] = "ffn_down_exps",
    };

    /// <summary>
    /// Adds the keys of the model. All three scales are written always: where logit_scale is missing, llama.cpp takes
    /// the inverse of the right value.
    /// </summary>
    /// <param name="header">Of the file.</param>
    /// <param name="shape">The model.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="positions">Sequence length that it was trained with.</param>
    /// <param name="matrices">The type that was asked for.</param>
    public static void Add(GgufHeader header, ModelShape shape, string name, int positions, GgufType matrices)
    {
        header.Add("general.architecture", Architecture);
        header.Add("general.name", name);
        header.Add("general.file_type", GgufTypes.FileType(matrices));
        header.Add("general.quantization_version", 2u);
        header.Add($"{Architecture}.context_length", (uint)positions);
        header.Add($"{Architecture}.embedding_length", (uint)shape.HiddenSize);
        header.Add($"{Architecture}.block_count", (uint)shape.Layers);
        header.Add($"{Architecture}.feed_forward_length", (uint)shape.IntermediateSize);
        header.Add($"{Architecture}.attention.head_count", (uint)shape.Heads);
        header.Add($"{Architecture}.attention.head_count_kv", (uint)shape.KeyValueHeads);
        header.Add($"{Architecture}.attention.key_length", (uint)shape.HeadDim);
        header.Add($"{Architecture}.attention.value_length", (uint)shape.HeadDim);
        header.Add($"{Architecture}.attention.layer_norm_rms_epsilon", (float)shape.RmsNormEps);
        header.Add($"{Architecture}.rope.dimension_count", (uint)shape.HeadDim);
        GgufRope.Add(header, Architecture, shape, positions);
        if (shape.Experts > 0)
        {
            header.Add($"{Architecture}.expert_count", (uint)shape.Experts);
            header.Add($"{Architecture}.expert_used_count", (uint)shape.ExpertsPerToken);
        }
        header.Add($"{Architecture}.vocab_size", (uint)shape.VocabularySize);
        header.Add($"{Architecture}.embedding_scale", (float)shape.ScaleEmb);
        header.Add($"{Architecture}.residual_scale", (float)shape.ResidualScale);
        header.Add($"{Architecture}.logit_scale", (float)shape.ScaleWidth);
    }

    /// <summary>
    /// The tensors in their order: which parameters each is made of, and how. The experts of a layer are one tensor.
    /// </summary>
    public static IReadOnlyList<GgufPart> Parts(ModelShape shape, GgufType matrices) =>
    [
        .. shape.ParameterSpecs
            .GroupBy(spec => s_outside.GetValueOrDefault(spec.Name) ?? NameInside(spec.Name))
            .Select(group => Part(shape, [.. group], group.Key, matrices)),
    ];

    private static GgufPart Part(
        ModelShape shape, IReadOnlyList<ParameterSpec> specs, string name, GgufType matrices)
    {
        var spec = specs[0];
        // As llama.cpp's quantizer does: a router is small, and its rounding would send tokens elsewhere.
        if (spec.Shape.Count == 1 || name.Contains(Router, StringComparison.Ordinal))
            return new GgufPart(specs, name, GgufType.F32, HeadDim: null, Note: null);
        // As llama.cpp's quantizer does: a head of four bits costs more than it saves.
        var wanted = spec.Block is null && matrices is (GgufType.Q4 or GgufType.Q4K) ? GgufType.Q8 : matrices;
        var type = Fitting(wanted, spec.Shape[1]);
        var isTurned = name.EndsWith("attn_q.weight", StringComparison.Ordinal)
            || name.EndsWith("attn_k.weight", StringComparison.Ordinal);
        return new GgufPart(
            specs, name, type, isTurned ? shape.HeadDim : null,
            type == wanted
                ? null
                : $"{spec.Shape[1]} columns are no multiple of {wanted.BlockElements()}, "
                    + $"so {type.Name()} instead of {wanted.Name()}");
    }

    /// <summary>The type, or what llama.cpp's quantizer takes where rows are no whole number of blocks.</summary>
    private static GgufType Fitting(GgufType wanted, long columns)
    {
        if (columns % wanted.BlockElements() == 0)
            return wanted;
        return wanted == GgufType.Q4K && columns % GgufType.Q5.BlockElements() == 0 ? GgufType.Q5 : GgufType.F16;
    }

    private static string NameInside(string name)
    {
        var rest = name[Layers.Length..^".weight".Length];
        var dot = rest.IndexOf('.', StringComparison.Ordinal);
        var inside = rest[(dot + 1)..];
        var matrix = ExpertUpcycling.IsOfExpert(name) ? s_experts[inside[^2..]] : s_inside[inside];
        return $"blk.{rest[..dot]}.{matrix}.weight";
    }
}
