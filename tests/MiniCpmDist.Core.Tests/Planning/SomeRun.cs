using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Tests.Configuration;

namespace MiniCpmDist.Core.Tests.Planning;

/// <summary>The quickstart's run, with other words in place of some.</summary>
internal static class SomeRun
{
    public static RunOptions Of(
        string model = "nano", int lanes = 4, int microBatch = 2, int sequenceLength = 256,
        string checkpointing = "none", string kernels = "fused") => RunFile.Parse(
            RunText.And($"kernels: {kernels}")
                .Replace("model: nano", $"model: {model}", StringComparison.Ordinal)
                .Replace("sequence_length: 256", $"sequence_length: {sequenceLength}", StringComparison.Ordinal)
                .Replace("token_batch: 2048", "token_batch: 131072", StringComparison.Ordinal)
                .Replace("lanes: 4", $"lanes: {lanes}", StringComparison.Ordinal)
                .Replace(
                    "micro_batch: 2", $"micro_batch: {microBatch}\n  activation_checkpointing: {checkpointing}",
                    StringComparison.Ordinal),
            RunText.Source);
}
