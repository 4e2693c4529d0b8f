using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.SentencePiece;

/// <summary>Owns an <c>mcd_sentencepiece_processor</c>.</summary>
public sealed class SafeProcessorHandle : SafeNativeHandle
{
    protected override bool ReleaseHandle() => Interop.mcd_sentencepiece_processor_free(handle) == 0;
}
