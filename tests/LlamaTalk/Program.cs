using System.Globalization;
using System.Text;
using LLama;
using LLama.Common;
using LLama.Native;

// llama.cpp continues a prompt: MiniCpmDist.LlamaTalk FILE.gguf PROMPT TOKENS. Always the likeliest token, as
// `minicpm generate --temperature 0` takes it.
if (args is not [var file, var prompt, var count] || !int.TryParse(count, out var tokens) || !File.Exists(file))
{
    Console.Error.WriteLine("expected FILE.gguf PROMPT TOKENS, for example: model.gguf \"The kernel\" 40");
    return 2;
}
NativeLibraryConfig.All.WithLogCallback((_, _) => { });
var parameters = new ModelParams(file)
{
    ContextSize = 512,
    GpuLayerCount = 0,
    TypeK = GGMLType.GGML_TYPE_F32,
    TypeV = GGMLType.GGML_TYPE_F32,
    FlashAttention = false,
};
using var weights = LLamaWeights.LoadFromFile(parameters);
using var context = weights.CreateContext(parameters);
var ids = weights.Tokenize(prompt, add_bos: true, special: false, Encoding.UTF8).ToList();
var decoder = new StreamingTokenDecoder(context);
Console.Write(prompt);
for (var (i, first) = (0, 0); i < tokens; i++)
{
    var batch = new LLamaBatch();
    for (; first < ids.Count; first++)
        batch.Add(ids[first], first, LLamaSeqId.Zero, first == ids.Count - 1);
    if (context.NativeHandle.Decode(batch) != DecodeResult.Ok)
    {
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"llama.cpp refused {ids.Count} tokens"));
        return 1;
    }
    var scores = context.NativeHandle.GetLogitsIth(batch.TokenCount - 1);
    var next = Likeliest(scores);
    if (next == (int)weights.Vocab.EOS!.Value)
        break;
    ids.Add(next);
    decoder.Add(next);
    Console.Write(decoder.Read());
}
Console.WriteLine();
return 0;

static int Likeliest(ReadOnlySpan<float> scores)
{
    var best = 0;
    for (var i = 1; i < scores.Length; i++)
        best = scores[i] > scores[best] ? i : best;
    return best;
}
