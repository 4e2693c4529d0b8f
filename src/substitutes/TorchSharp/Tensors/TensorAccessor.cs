using System.Collections;
using System.Runtime.InteropServices;

namespace TorchSharp.Utils;

/// <summary>
/// A window on the values of a tensor on the CPU. It reads and writes the tensor's own memory, which must outlive it;
/// the enumeration and the flat positions run in row order also over strided tensors.
/// </summary>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly IntPtr _address;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        _address = tensor.Address();
        _shape = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        Count = _shape.TotalSize();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => At(Offset(indices));
        set => At(Offset(indices)) = value;
    }

    public T[] ToArray()
    {
        var values = new T[Count];
        CopyTo(values.AsSpan());
        return values;
    }

    /// <summary>An array with as many dimensions as the tensor; a tensor without any gives an array of one.</summary>
    public Array ToNDArray()
    {
        if (_shape.Length <= 1)
            return ToArray();
        var array = Array.CreateInstance(typeof(T), _shape);
        CopyTo(MemoryMarshal.CreateSpan(
            ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)),
            checked((int)Count)));
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = checked((int)(Count - tensorIndex));
        var target = array.Slice(arrayIndex, count);
        if (_contiguous)
        {
            Flat(tensorIndex, count).CopyTo(target);
            return;
        }
        for (var i = 0; i < count; i++)
            target[i] = At(OffsetOfFlat(tensorIndex + i));
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = (int)Math.Min(Count - tensorIndex, array.Length - arrayIndex);
        var source = array.Slice(arrayIndex, count);
        if (_contiguous)
        {
            source.CopyTo(Flat(tensorIndex, count));
            return;
        }
        for (var i = 0; i < count; i++)
            At(OffsetOfFlat(tensorIndex + i)) = source[i];
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0L; i < Count; i++)
            yield return At(OffsetOfFlat(i));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Nothing is owned: the tensor is not disposed.</summary>
    public void Dispose() { }

    private unsafe Span<T> Flat(long first, int count) => count == 0 ? [] : new((T*)_address + first, count);

    private unsafe ref T At(long offset)
    {
        ObjectDisposedException.ThrowIf(_tensor.IsInvalid, _tensor);
        return ref ((T*)_address)[offset];
    }

    private long Offset(long[] indices)
    {
        if (indices.Length != _shape.Length)
            throw new ArgumentException($"Expected {_shape.Length} indices, found {indices.Length}.", nameof(indices));
        var offset = 0L;
        for (var dim = 0; dim < indices.Length; dim++)
        {
            if (indices[dim] < 0 || indices[dim] >= _shape[dim])
            {
                throw new ArgumentOutOfRangeException(nameof(indices), indices[dim],
                    $"Expected an index from 0 to {_shape[dim] - 1} in dimension {dim}.");
            }
            offset += indices[dim] * _strides[dim];
        }
        return offset;
    }

    private long OffsetOfFlat(long position)
    {
        if (_contiguous)
            return position;
        var offset = 0L;
        for (var dim = _shape.Length - 1; dim >= 0; dim--)
        {
            offset += position % _shape[dim] * _strides[dim];
            position /= _shape[dim];
        }
        return offset;
    }
}
