namespace MiniCpmDist.Native.TorchExt;

/// <summary>Where a tensor's numbers lie.</summary>
public static class TensorMemory
{
    /// <summary>
    /// Has the process keep freed host memory for the next tensor instead of handing it back to the system: each step
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
    /// 64 bits that change with each bit of a tensor of two- or four-byte elements, on whatever device it is. For
    /// finding damage, not for keeping anybody out; not the hash of <see cref="Kernels.VectorKernels.Hash"/>.
    /// </summary>
    public static ulong BitHash(nint tensorHandle)
    {
        Interop.mcd_torchext_tensor_bit_hash(tensorHandle, out var hash);
        return hash;
    }
}
