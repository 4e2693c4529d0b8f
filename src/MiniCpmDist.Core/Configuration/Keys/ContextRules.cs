using System.Numerics;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>What a sequence that lies over several ranks cannot be combined with.</summary>
internal static class ContextRules
{
    private const string Key = $"{RunFileKeys.Parallel}.{ParallelKeys.ContextRanks}";

    public static void Check(RunOptions options, YamlSection root)
    {
        var strands = options.Parallel.ContextRanks;
        if (strands == 1 || !BitOperations.IsPow2(strands))
            return;
        var unit = 2 * strands;
        root.Require(
            options.Data.SequenceLength % unit == 0, Key,
            $"a data.sequence_length that divides into {unit} stretches, two for each rank",
            $"{options.Data.SequenceLength}", "change one of the two");
        Refuse(options.Kernels == KernelSet.Fused, "fused kernels, which are those of a CPU in float32", "plain ones");
        Refuse(
            options.Model.Shape.Experts == 0, "a model without experts: a router counts whole sequences",
            $"{options.Model.Shape.Experts} experts");
        Refuse(options.Model.Shape.Vision is null, "texts alone", "a model that sees");
        Refuse(
            options.Alignment.Method != AlignmentMethod.Dpo,
            "pre-training or fine-tuning: the answers of a pair share one prompt, which is not cut", "`dpo`");
        Refuse(options.Alignment.Lora is null, "a run that trains the model's weights", "adapters");

        void Refuse(bool holds, string expected, string found) => root.Require(
            holds, Key, $"{expected}, where a sequence lies over several ranks", found, $"remove {Key}");
    }
}
