using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.TorchExt;

internal sealed class SafeStreamHandle : SafeNativeHandle
{
    protected override bool ReleaseHandle() => Interop.mcd_torchext_stream_release(handle) == 0;
}
