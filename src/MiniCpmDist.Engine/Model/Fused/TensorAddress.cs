using MiniCpmDist.Native.TorchExt;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// Tells where a kernel finds a tensor. TorchSharp has no call for this: its handle is an at::Tensor*.
/// </summary>
internal static class TensorAddress
{
    /// <exception cref="ArgumentException">Its elements do not lie next to each other, or are of another
    /// type.</exception>
    public static nint Of(Tensor tensor, ScalarType dtype = ScalarType.Float32)
    {
        if (tensor.dtype != dtype || !tensor.is_contiguous() || tensor.device_type != DeviceType.CPU)
        {
            throw new ArgumentException(
                $"Expected a contiguous tensor of type {dtype} in host memory, found {tensor.dtype} "
                + $"[{string.Join(", ", tensor.shape)}] on {tensor.device_type}.", nameof(tensor));
        }
        return TensorMemory.DataPointer(tensor.Handle);
    }
}
