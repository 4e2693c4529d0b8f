namespace MiniCpmDist.Native.TorchExt;

/// <summary>Where a tensor's numbers lie.</summary>
public static class TensorMemory
{
    /// <summary>
    /// Makes the process keep freed host memory for the next tensor instead of returning it to the system: each step
    /// allocates and frees the same large tensors. Call before the first tensor; it stays so for the process.
    /// </summary>
    public static void KeepFreed() => Interop.mcd_torchext_memory_keep_freed();

    /// <summary>
    /// Address of the first element of the tensor behind <paramref name="tensorHandle"/> (an <c>at::Tensor*</c>,
    /// TorchSharp's <c>Tensor.Handle</c>), a view's offset included; 0 for a tensor without elements. The caller keeps
    /// the tensor alive.
    /// </summary>
    public static nint DataPointer(nint tensorHandle)
    {
        Interop.mcd_torchext_tensor_data_pointer(tensorHandle, out var address);
        return address;
    }

    /// <summary>
    /// The same elements, of two or four bytes, read as int16 or int32: the handle of a new tensor, which the caller
    /// takes over with <c>Tensor.UnsafeCreateTensor</c>.
    /// </summary>
    public static nint Bits(nint tensorHandle)
    {
        Interop.mcd_torchext_tensor_bits(tensorHandle, out var bits);
        return bits;
    }
}
