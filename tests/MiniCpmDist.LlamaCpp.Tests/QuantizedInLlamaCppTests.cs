using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Quantization;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Quantization;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.LlamaCpp.Tests;

public sealed class QuantizedInLlamaCppTests
{
    /// <summary>
    /// llama.cpp rounds the inputs of products with quantized weights to eight bits, for Q8_0 as for Q4_0. So its
    /// logits of the codes may be as far from ours as those of the same weights in Q8_0: measured were 6 and 10 percent
    /// of the largest on this model. Three times the latter is the bound.
    /// </summary>
    private const double Bound = 3;

    [Fact]
    public void Llama_cpp_computes_the_logits_of_a_folder_that_gptq_has_made()
    {
        ComputeThreads.Set(1);
        using var data = new TinyData();
        var tokenizerPath = Path.Combine(data.Folder, "tokenizer.model");
        var shape = new ModelShape
        {
            HiddenSize = 128,
            IntermediateSize = 256,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            HeadDim = 32,
            VocabularySize = 400,
        };
        using var original = new RandomModel(shape, tokenizerPath);
        var source = ExportSource.Open(original.Folder, "latest");
        var folder = Path.Combine(data.Folder, "int4");
        new ModelQuantizer(
            source, new QuantizationOptions(),
            CalibrationSequences.Open(Path.Combine(data.Folder, "data"), source.TokenizerHash, 8), GgufType.F32,
            threads: 2).RunCollective(folder, new LoopbackCommunicator());
        var file = Path.Combine(data.Folder, "int4.gguf");
        new GgufExport(ExportSource.Open(folder, "latest"), GgufType.Q4).Write(file);
        using var tokenizer = Tokenizer.Load(tokenizerPath);
        int[] ids = [1, .. tokenizer.Encode("any work, whether in source or object form, made available")];

        using var unpacked = new RandomModel(shape, tokenizerPath, FolderWeights.Open(folder).Load);
        using var plain = new LlamaModel(unpacked.Export(GgufType.F32));
        using var eightBits = new LlamaModel(unpacked.Export(GgufType.Q8));
        using var packed = new LlamaModel(file);
        var expected = unpacked.NextLogits(ids);
        double[] distances =
        [
            .. new[] { plain, eightBits, packed }.Select(model => Distance(expected, model.NextLogits(ids))),
        ];
        TestContext.Current.SendDiagnosticMessage($"F32, Q8_0, codes in Q4_0: {string.Join(", ", distances)}");
        Assert.InRange(distances[0], 0, 1e-5);
        Assert.InRange(distances[2], 0, Bound * distances[1]);
        Assert.NotEqual(original.NextLogits(ids), expected);
    }

    /// <summary>The largest difference over the largest logit.</summary>
    private static double Distance(float[] expected, float[] found) =>
        expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second)) / expected.Max(Math.Abs);
}
