using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>Rotary positions as llama.cpp reads them.</summary>
public static class GgufRope
{
    /// <summary>Adds the keys that decide the angles.</summary>
    /// <param name="header">Of the file.</param>
    /// <param name="architecture">What the keys begin with.</param>
    /// <param name="shape">The model.</param>
    /// <param name="positions">The longest sequence that it is for.</param>
    public static void Add(GgufHeader header, string architecture, ModelShape shape, int positions)
    {
        var (rotary, scaling) = (shape.Rotary, shape.RopeScaling);
        header.Add($"{architecture}.rope.freq_base", (float)rotary.BaseOf(positions));
        var prefix = $"{architecture}.rope.scaling";
        switch (scaling.Kind)
        {
            case RopeScalingKind.Yarn:
                header.Add($"{prefix}.type", "yarn");
                header.Add($"{prefix}.factor", (float)scaling.Factor);
                header.Add($"{prefix}.original_context_length", (uint)scaling.OriginalLength);
                header.Add($"{prefix}.yarn_beta_fast", (float)scaling.BetaFast);
                header.Add($"{prefix}.yarn_beta_slow", (float)scaling.BetaSlow);
                // llama.cpp multiplies YaRN's own factor with this one.
                if (scaling.AttentionFactor > 0)
                {
                    var own = (shape with { RopeScaling = scaling with { AttentionFactor = 0 } }).Rotary.Scale;
                    header.Add($"{prefix}.attn_factor", (float)(rotary.Scale / own));
                }
                break;
            case RopeScalingKind.LongRope:
                header.Add($"{prefix}.type", "longrope");
                // Without a factor: llama.cpp would divide all angles by it besides.
                header.Add($"{prefix}.original_context_length", (uint)scaling.OriginalLength);
                header.Add($"{prefix}.attn_factor", (float)rotary.Scale);
                break;
        }
    }

    /// <summary>The tensors that are no parameters: LongRoPE's factors.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<double> Values)> Tensors(ModelShape shape) =>
        shape.RopeScaling.Kind == RopeScalingKind.LongRope
            ?
            [
                ("rope_factors_long.weight", shape.RopeScaling.LongFactors),
                ("rope_factors_short.weight", shape.RopeScaling.ShortFactors),
            ]
            : [];

    /// <summary>What llama.cpp does otherwise.</summary>
    public static IReadOnlyList<string> Notes(ModelShape shape, int positions) => shape.RopeScaling.Kind switch
    {
        RopeScalingKind.Dynamic =>
        [
            $"llama.cpp has no dynamic base: the file has that of sequences of {positions}, "
                + $"{shape.Rotary.BaseOf(positions):G6}, for shorter ones too",
        ],
        RopeScalingKind.LongRope =>
        [
            $"llama.cpp takes the factors for long sequences where its context has more than "
                + $"{shape.RopeScaling.OriginalLength} positions, whatever the text",
        ],
        _ => [],
    };
}
