using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>optimizer</c> section.</summary>
internal static class OptimizerReader
{
    public static OptimizerOptions Read(YamlSection root)
    {
        var section = root.Section("optimizer");
        var standard = new OptimizerOptions();
        var options = new OptimizerOptions
        {
            Beta1 = section.Number("beta1", standard.Beta1, "a number from 0, below 1", value => value is >= 0 and < 1),
            Beta2 = section.Number("beta2", standard.Beta2, "a number from 0, below 1", value => value is >= 0 and < 1),
            Epsilon = section.Number("epsilon", standard.Epsilon, "a number above zero", value => value > 0),
            WeightDecay = section.Number("weight_decay", standard.WeightDecay, "a number from 0", value => value >= 0),
            ClipNorm = section.Number(
                "clip_norm", standard.ClipNorm, "a number from 0 (0: no clipping)", value => value >= 0),
        };
        section.Finish();
        return options;
    }
}
