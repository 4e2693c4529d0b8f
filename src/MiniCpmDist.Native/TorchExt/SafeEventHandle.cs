using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.TorchExt;

internal sealed class SafeEventHandle : SafeNativeHandle
{
    protected override bool ReleaseHandle() => Interop.mcd_torchext_event_release(handle) == 0;
}
