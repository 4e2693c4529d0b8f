using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Randomness;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>
/// 122,753 pieces and more positions than one chunk of the loss takes. Of the tables' gradients the reference keeps
/// rows, norms of blocks, and sums of all rows with random signs (tests/golden/README.md).
/// </summary>
public sealed class LargeVocabularyParityTests
{
    private const int BlockRows = 1024;

    [Theory]
    [InlineData("large-vocabulary", KernelSet.Fused)]
    [InlineData("large-vocabulary", KernelSet.Plain)]
    [InlineData("large-vocabulary-untied", KernelSet.Fused)]
    [InlineData("large-vocabulary-untied", KernelSet.Plain)]
    public void With_122753_pieces_loss_logits_and_gradients_agree_with_the_reference(string name, KernelSet kernels)
    {
        using var golden = GoldenFile.Open(name);
        var shape = golden.Shape;
        Assert.Equal(122_753, shape.VocabularySize);
        Assert.Equal(name.EndsWith("untied", StringComparison.Ordinal), !shape.TieWordEmbeddings);
        Assert.True(
            golden["input_ids"].numel() > LogitChunk.Rows(KernelSet.Plain, shape.VocabularySize),
            "One chunk takes the whole batch: the case needs more positions (large_vocabulary_case.py).");
        using var started = new GoldenModel(golden, kernels);
        using var scope = NewDisposeScope();

        golden.RequireClose("loss", started.LossAndGradients(golden["input_ids"], golden["targets"]));

        foreach (var (parameterName, parameter) in started.Model.named_parameters())
        {
            if (golden.Names.Contains("rows." + parameterName))
                RequireTable(golden, parameterName, parameter.grad!);
            else
                golden.RequireClose("gradient." + parameterName, parameter.grad!);
        }
        using var frozen = no_grad();
        golden.RequireClose("logits", KeptLogits(started.Model.Logits(golden["input_ids"]), golden));
    }

    private static void RequireTable(GoldenFile golden, string name, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var wide = gradient.to(ScalarType.Float64);
        golden.RequireClose("rows." + name, wide.index_select(0, golden["row_ids"]));
        golden.RequireClose("signed_sums." + name, Signs(golden, wide.shape[0]).matmul(wide));
        golden.RequireClose("block_norms." + name, BlockNorms(wide));
    }

    /// <summary>[sum, piece]: 1 where bit <c>sum</c> of the piece's word is set, otherwise -1.</summary>
    private static Tensor Signs(GoldenFile golden, long pieces)
    {
        var seed = golden.Facts.GetProperty("seed").GetUInt64();
        var stream = golden.Facts.GetProperty("signs_stream").GetString()!;
        const int Sums = 8;
        var signs = new double[Sums * pieces];
        for (var piece = 0L; piece < pieces; piece++)
        {
            var word = CounterRandom.UInt64(seed, stream, (ulong)piece);
            for (var sum = 0; sum < Sums; sum++)
                signs[sum * pieces + piece] = (word >> sum & 1) == 1 ? 1 : -1;
        }
        return tensor(signs, [Sums, pieces]);
    }

    private static Tensor BlockNorms(Tensor gradient)
    {
        var rows = gradient.shape[0];
        var norms = new List<double>();
        for (var first = 0L; first < rows; first += BlockRows)
        {
            var block = gradient.narrow(0, first, Math.Min(BlockRows, rows - first));
            norms.Add(block.square().sum().sqrt().item<double>());
        }
        return tensor(norms.ToArray());
    }

    private static Tensor KeptLogits(Tensor logits, GoldenFile golden)
    {
        var positions = golden["logit_positions"].data<long>().ToArray();
        return stack([.. positions.Chunk(2).Select(position =>
            logits.select(0, position[0]).select(0, position[1]).index_select(0, golden["row_ids"]))]);
    }
}
