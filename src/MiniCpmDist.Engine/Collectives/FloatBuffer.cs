using MiniCpmDist.Native.TorchExt;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// A flat float32 array in host memory that is a tensor to libtorch and an address to MPI and to the kernels. Its
/// length is a multiple of the layout's chunk, so that no code over it needs a tail path.
/// </summary>
public sealed class FloatBuffer : IDisposable
{
    public FloatBuffer(long length)
    {
        Length = length;
        Tensor = zeros(length, ScalarType.Float32).DetachFromDisposeScope();
        // The one place that needs more than TorchSharp's API: its handle is an at::Tensor*, the substitute's as well.
        Address = TensorMemory.DataPointer(Tensor.Handle);
    }

    public Tensor Tensor { get; }

    /// <summary>Number of float32 elements.</summary>
    public long Length { get; }

    public nint Address { get; }

    /// <summary>Address of element <paramref name="offset"/>.</summary>
    public nint At(long offset) => Address + checked((nint)(offset * sizeof(float)));

    /// <summary>
    /// Elements <c>offset .. offset + count - 1</c> as managed memory; valid while this buffer lives.
    /// </summary>
    public Span<float> Span(long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + count, Length);
        return NativeSpan.Of<float>(At(offset), count);
    }

    public void Clear()
    {
        // Whether an in-place call returns its tensor or a new one for the same memory, nothing is left over.
        using var scope = NewDisposeScope();
        Tensor.zero_();
    }

    /// <summary>Fills this buffer from the elements of <paramref name="source"/> that begin at an offset.</summary>
    public void CopyFrom(FloatBuffer source, long offset = 0)
    {
        using var scope = NewDisposeScope();
        Tensor.copy_(source.Tensor.narrow(0, offset, Length));
    }

    public void Dispose() => Tensor.Dispose();
}
