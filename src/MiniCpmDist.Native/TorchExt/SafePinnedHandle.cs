using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.TorchExt;

internal sealed class SafePinnedHandle : SafeNativeHandle
{
    protected override bool ReleaseHandle() => Interop.mcd_torchext_pinned_release(handle) == 0;
}
