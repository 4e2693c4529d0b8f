using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.SentencePiece;

/// <summary>Owns an <c>mcd_sentencepiece_model</c>.</summary>
public sealed class SafeTrainedModelHandle : SafeNativeHandle
{
    protected override bool ReleaseHandle() => Interop.mcd_sentencepiece_model_free(handle) == 0;
}
