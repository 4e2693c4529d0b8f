using MiniCpmDist.Engine.Tensors;
using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.TorchExt;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// A flat array, in host memory or on a device, that is a tensor to libtorch and an address to MPI, NCCL and the
/// kernels. Its length is a multiple of the layout's chunk, so that no code over it needs a tail path.
/// </summary>
public sealed class FlatBuffer : IDisposable
{
    /// <param name="length">Elements; they begin as zeros.</param>
    /// <param name="type">Of an element.</param>
    /// <param name="device">Null: where tensors are made if nothing else is said.</param>
    public FlatBuffer(long length, ScalarType type = ScalarType.Float32, Device? device = null)
    {
        Length = length;
        Type = type;
        ElementType = type switch
        {
            ScalarType.Float32 => ElementType.Float32,
            ScalarType.BFloat16 => ElementType.BFloat16,
            _ => throw new ArgumentException($"Expected Float32 or BFloat16, found {type}.", nameof(type)),
        };
        Tensor = zeros(length, type, device).DetachFromDisposeScope();
        IsOnHost = Tensor.device_type == DeviceType.CPU;
        // TorchSharp has no call for this: its handle is an at::Tensor*.
        Address = TensorMemory.DataPointer(Tensor.Handle);
    }

    public Tensor Tensor { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    public ScalarType Type { get; }

    /// <summary>True where kernels, MPI and spans can read it.</summary>
    public bool IsOnHost { get; }

    /// <summary><see cref="Type"/>, as links call it.</summary>
    public ElementType ElementType { get; }

    /// <summary>Bytes of an element.</summary>
    public int ElementBytes => ElementType.Size();

    public nint Address { get; }

    /// <summary>Address of element <paramref name="offset"/>.</summary>
    public nint At(long offset) => Address + ElementType.Bytes(offset);

    /// <summary>
    /// Elements <c>offset .. offset + count - 1</c> of a float32 buffer on the host as managed memory; valid while this
    /// buffer lives.
    /// </summary>
    public Span<float> Span(long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + count, Length);
        if (Type != ScalarType.Float32 || !IsOnHost)
            throw new InvalidOperationException($"Expected Float32 on the host, found {Type} on {Tensor.device}.");
        return NativeSpan.Of<float>(At(offset), count);
    }

    /// <summary>The bytes of one element, on the host.</summary>
    public Span<byte> Bytes(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, Length);
        if (!IsOnHost)
            throw new InvalidOperationException($"Expected a buffer on the host, found {Tensor.device}.");
        return NativeSpan.Of<byte>(At(offset), ElementBytes);
    }

    /// <summary>
    /// Writes numbers to elements from <paramref name="offset"/> on, rounded where the type is narrower.
    /// </summary>
    public void Write(long offset, ReadOnlySpan<float> values)
    {
        if (IsOnHost && Type == ScalarType.Float32)
        {
            values.CopyTo(Span(offset, values.Length));
            return;
        }
        using var scope = NewDisposeScope();
        Tensor.narrow(0, offset, values.Length).copy_(tensor(values.ToArray(), device: CPU));
    }

    public void Clear() => Clear(0, Length);

    /// <summary>Writes zeros to elements <c>offset .. offset + count - 1</c>.</summary>
    public void Clear(long offset, long count)
    {
        // Whether an in-place call returns its tensor or a new one for the same memory, nothing is left over.
        using var scope = NewDisposeScope();
        Tensor.narrow(0, offset, count).zero_();
    }

    /// <summary>Fills this buffer from the elements of <paramref name="source"/> that begin at an offset.</summary>
    public void CopyFrom(FlatBuffer source, long offset = 0) => CopyFrom(source, offset, 0, Length);

    /// <summary>Copies elements, to the type of this buffer (nearest, ties to even).</summary>
    /// <param name="source">Where they are.</param>
    /// <param name="offset">The first of them there.</param>
    /// <param name="at">Its place here.</param>
    /// <param name="count">How many.</param>
    public void CopyFrom(FlatBuffer source, long offset, long at, long count)
    {
        using var scope = NewDisposeScope();
        Tensor.narrow(0, at, count).copy_(source.Tensor.narrow(0, offset, count));
    }

    /// <summary>Adds elements of a buffer, whose type may be narrower, to float32 ones here.</summary>
    /// <param name="source">Where they are.</param>
    /// <param name="offset">The first of them there.</param>
    /// <param name="at">Its place here.</param>
    /// <param name="count">How many; a multiple of the chunk.</param>
    public void Add(FlatBuffer source, long offset, long at, long count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at + count, Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + count, source.Length);
        if (source.Type == ScalarType.Float32 && Type == ScalarType.Float32 && IsOnHost)
        {
            VectorKernels.Add(At(at), source.At(offset), count);
            return;
        }
        using var scope = NewDisposeScope();
        Tensor.narrow(0, at, count).PlusInPlace(source.Tensor.narrow(0, offset, count));
    }

    public void Dispose() => Tensor.Dispose();
}
