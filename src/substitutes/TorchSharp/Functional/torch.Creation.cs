using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>start, start + step, ... up to but without stop. Whole numbers give int64, others float32.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        NativeMethods.mcd_torch_create_range(start.Native, stop.Native, step.Native,
            Options(dtype ?? RangeType(start, stop, step), device, requires_grad), out var result);
        return new Tensor(result);
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) => arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary><paramref name="steps"/> values, both ends included.</summary>
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        NativeMethods.mcd_torch_create_linspace(NativeScalar.OfReal(start), NativeScalar.OfReal(end), steps,
            Options(dtype ?? get_default_dtype(), device, requires_grad), out var result);
        return new Tensor(result);
    }

    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null)
    {
        RefuseNames(names);
        NativeMethods.mcd_torch_create_eye(rows, columns < 0 ? rows : columns,
            Options(dtype ?? get_default_dtype(), device, requires_grad), out var result);
        return new Tensor(result);
    }

    /// <summary>The numbers below n in random order, int64.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null)
    {
        NativeMethods.mcd_torch_create_permutation(n, Tensor.Optional(generator),
            Options(dtype ?? ScalarType.Int64, device, requires_grad), out var result);
        return new Tensor(result);
    }

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) => full_like(input, 0, dtype, device, requires_grad, names);

    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) => full_like(input, 1, dtype, device, requires_grad, names);

    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Uninitialised(input.shape, dtype ?? input.dtype, device ?? input.device, requires_grad, names);

    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Filled(input.shape, value, dtype ?? input.dtype, device ?? input.device, requires_grad, names);

    private static ScalarType RangeType(params Scalar[] numbers) =>
        numbers.Any(number => number.Native.Kind == NativeScalar.RealKind) ? get_default_dtype() : ScalarType.Int64;
}
