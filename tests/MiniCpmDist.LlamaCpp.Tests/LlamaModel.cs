using System.Text;
using LLama;
using LLama.Common;
using LLama.Native;

namespace MiniCpmDist.LlamaCpp.Tests;

/// <summary>A GGUF file as llama.cpp computes it: float32 cache, no flash attention, one thread.</summary>
internal sealed class LlamaModel : IDisposable
{
    private readonly LLamaWeights _weights;
    private readonly LLamaContext _context;

    static LlamaModel() => NativeLibraryConfig.All.WithLogCallback((_, _) => { });

    public LlamaModel(string path)
    {
        var parameters = new ModelParams(path)
        {
            ContextSize = 256,
            BatchSize = 256,
            GpuLayerCount = 0,
            Threads = 1,
            BatchThreads = 1,
            TypeK = GGMLType.GGML_TYPE_F32,
            TypeV = GGMLType.GGML_TYPE_F32,
            FlashAttention = false,
        };
        _weights = LLamaWeights.LoadFromFile(parameters);
        _context = _weights.CreateContext(parameters);
    }

    public IReadOnlyDictionary<string, string> Metadata => _weights.Metadata;

    /// <summary>The ids of a text with the begin token, and without marks for special tokens.</summary>
    public int[] Tokenize(string text) =>
        [.. _weights.Tokenize(text, add_bos: true, special: false, Encoding.UTF8).Select(token => (int)token)];

    /// <summary>Scores of the token after the last; all tokens go through the model at once.</summary>
    public float[] NextLogits(IReadOnlyList<int> ids)
    {
        _context.NativeHandle.MemoryClear();
        var batch = new LLamaBatch();
        for (var i = 0; i < ids.Count; i++)
            batch.Add(ids[i], i, LLamaSeqId.Zero, i == ids.Count - 1);
        Assert.Equal(DecodeResult.Ok, _context.NativeHandle.Decode(batch));
        return _context.NativeHandle.GetLogitsIth(ids.Count - 1).ToArray();
    }

    public void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }
}
