using MiniCpmDist.Core.Model;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Model.OptimizerOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>optimizer</c>.</summary>
internal static class OptimizerKeys
{
    public static KeyTable<OptimizerOptions> Table { get; } = new(
        Key.Number(
            "beta1", o => o.Beta1, (o, v) => o with { Beta1 = v }, "a number from 0, below 1",
            v => v is >= 0 and < 1, KeyRule.Update, "what is left of the mean of gradients after a step"),
        Key.Number(
            "beta2", o => o.Beta2, (o, v) => o with { Beta2 = v }, "a number from 0, below 1",
            v => v is >= 0 and < 1, KeyRule.Update, "what is left of the mean of squared gradients after a step"),
        Key.Number(
            "epsilon", o => o.Epsilon, (o, v) => o with { Epsilon = v }, "a number above zero", v => v > 0,
            KeyRule.Update, "added to the root of the mean square"),
        Key.Number(
            "weight_decay", o => o.WeightDecay, (o, v) => o with { WeightDecay = v }, "a number from 0", v => v >= 0,
            KeyRule.Update, "times the learning rate of the parameter's group"),
        Key.Number(
            "clip_norm", o => o.ClipNorm, (o, v) => o with { ClipNorm = v }, "a number from 0 (0: no clipping)",
            v => v >= 0, KeyRule.Update, "the largest L2 norm of all gradients together"));
}
