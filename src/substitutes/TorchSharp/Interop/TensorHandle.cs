using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

/// <summary>Owns one heap <c>at::Tensor</c>: a reference to a tensor, not the tensor's memory itself.</summary>
internal sealed class TensorHandle : SafeNativeHandle
{
    /// <summary>Stands for an optional tensor that is absent.</summary>
    public static readonly TensorHandle None = new();

    public TensorHandle() { }

    public TensorHandle(IntPtr owned) => SetHandle(owned);

    protected override bool ReleaseHandle() => NativeMethods.mcd_torch_tensor_release_unchecked(handle) == 0;
}
