using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Quantization;

/// <summary>
/// The matrices of a block in the order in which they become codes. Those of a pass do not read each other's results,
/// so that one pass of the calibration serves them; those of a stage read the same input.
/// </summary>
public static class QuantizationPasses
{
    /// <summary>Passes, their stages, and the names of a stage, without the block's own.</summary>
    public static IReadOnlyList<string[][]> Of(ModelShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return
        [
            [["self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight"]],
            [["self_attn.o_proj.weight"]],
            .. shape.Experts == 0
                ? (string[][][])[[["mlp.gate_proj.weight", "mlp.up_proj.weight"]], [["mlp.down_proj.weight"]]]
                : [Each(shape, "w1", "w3"), Each(shape, "w2")],
        ];
    }

    /// <summary>
    /// True of what stays as it is: norms, and routers, which are small and whose rounding would send tokens elsewhere.
    /// </summary>
    public static bool StaysPlain(ParameterSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.Shape.Count == 1
            || spec.Name.EndsWith(FeedForward.Experts.Router + ".weight", StringComparison.Ordinal);
    }

    private static string[][] Each(ModelShape shape, params string[] matrices) =>
    [
        .. Enumerable.Range(0, shape.Experts).Select(expert => matrices
            .Select(matrix => FeedForward.Experts.Name(expert, matrix) + ".weight")
            .ToArray()),
    ];
}
