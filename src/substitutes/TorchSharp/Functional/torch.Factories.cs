using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

// What the many spellings of the factories come down to.
public static partial class torch
{
    private static NativeTensorOptions Options(ScalarType type, Device? device, bool requiresGrad) =>
        new(type, device ?? get_default_device(), requiresGrad);

    private static void RefuseNames(string[]? names)
    {
        if (names is not null)
            throw new NotSupportedException("Expected names: null, found a list. Named dimensions are not offered.");
    }

    private static Tensor Uninitialised(ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad,
        string[]? names)
    {
        RefuseNames(names);
        NativeMethods.mcd_torch_create_empty(size, size.Length,
            Options(dtype ?? get_default_dtype(), device, requires_grad), out var result);
        return new Tensor(result);
    }

    private static Tensor Filled(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype, Device? device,
        bool requires_grad, string[]? names)
    {
        RefuseNames(names);
        NativeMethods.mcd_torch_create_full(size, size.Length, value.Native,
            Options(dtype ?? get_default_dtype(), device, requires_grad), out var result);
        return new Tensor(result);
    }

    private static Tensor Uniform(ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad,
        Generator? generator, string[]? names) =>
        Uninitialised(size, dtype, device, false, names).uniform_(0, 1, generator).requires_grad_(requires_grad);

    private static Tensor Normal(ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad,
        Generator? generator, string[]? names) =>
        Uninitialised(size, dtype, device, false, names).normal_(0, 1, generator).requires_grad_(requires_grad);

    private static Tensor Integers(ReadOnlySpan<long> size, long low, long high, ScalarType? dtype, Device? device,
        bool requires_grad, Generator? generator, string[]? names) =>
        Uninitialised(size, dtype ?? ScalarType.Int64, device, false, names).random_(low, high, generator)
            .requires_grad_(requires_grad);

    private static Tensor FromMemory<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, ScalarType? dtype,
        Device? device, bool requires_grad, string[]? names) where T : unmanaged =>
        FromBytes(MemoryMarshal.AsBytes(values), TypeOf(typeof(T)), shape, dtype, device, requires_grad, names);

    private static Tensor FromBytes(ReadOnlySpan<byte> bytes, ScalarType type, ReadOnlySpan<long> shape,
        ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        RefuseNames(names);
        NativeMethods.mcd_torch_create_copy(bytes, bytes.Length, (int)type, shape, shape.Length,
            Options(dtype ?? type, device, requires_grad), out var result);
        return new Tensor(result);
    }

    private static Tensor FromArray(Array array, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        var type = TypeOf(array.GetType().GetElementType()!);
        var shape = new long[array.Rank];
        for (var dim = 0; dim < shape.Length; dim++)
            shape[dim] = array.GetLongLength(dim);
        var bytes = array.Length == 0
            ? []
            : MemoryMarshal.CreateReadOnlySpan(
                ref MemoryMarshal.GetArrayDataReference(array), checked(array.Length * type.ElementSize()));
        return FromBytes(bytes, type, shape, dtype, device, requires_grad, names);
    }

    /// <summary>
    /// A copy of an array of any rank. (The API that this stands in for shares the array's memory on the CPU; here the
    /// tensor never depends on it.)
    /// </summary>
    public static Tensor from_array(Array rawArray, Device? device = null) =>
        FromArray(rawArray, null, device, false, null);

    /// <inheritdoc cref="from_array(Array, Device?)"/>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null,
        bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);
}
