using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.SentencePiece;

/// <summary>Makes a SentencePiece model out of sentences.</summary>
public static class SentencePieceTrainer
{
    /// <summary>
    /// Trains on <paramref name="sentences"/> (UTF-8, one a line) and returns the content of a <c>.model</c> file. The
    /// options are those of <c>spm_train</c> without the dashes; input and output are not among them. The library's own
    /// log stays quiet. Throws <see cref="NativeException"/> with the library's words, as when there is too little text
    /// for so many pieces.
    /// </summary>
    public static byte[] Train(IReadOnlyDictionary<string, string> options, ReadOnlySpan<byte> sentences)
    {
        ArgumentNullException.ThrowIfNull(options);
        var all = new Dictionary<string, string>(options) { ["minloglevel"] = "2" };
        Interop.mcd_sentencepiece_model_train(
            [.. all.Keys], [.. all.Values], all.Count, sentences, sentences.Length, out var model);
        using (model)
        {
            Interop.mcd_sentencepiece_model_data(model, out var data, out var bytes);
            return NativeSpan.Of<byte>(data, checked((int)bytes)).ToArray();
        }
    }
}
