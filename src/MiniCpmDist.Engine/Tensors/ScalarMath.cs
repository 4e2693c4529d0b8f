using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tensors;

/// <summary>
/// Operations of a tensor and a number. TorchSharp makes an object of the number and hands only its address to
/// libtorch, so the collector may free it before libtorch has read it. Here it is kept until the operation is done.
/// </summary>
/// <remarks>
/// Operators between tensors and numbers, arguments that become such objects unseen, and members of TorchSharp that
/// make one inside are banned everywhere: a test looks for the last in TorchSharp's own code.
/// Results are those of TorchSharp's methods, to the last bit.
/// </remarks>
internal static class ScalarMath
{
    public static Tensor Times(this Tensor tensor, double factor)
    {
        using var kept = factor.ToScalar();
        return tensor.mul(kept);
    }

    public static Tensor DividedBy(this Tensor tensor, double divisor)
    {
        using var kept = divisor.ToScalar();
        return tensor.div(kept);
    }

    public static Tensor Plus(this Tensor tensor, double number)
    {
        using var kept = number.ToScalar();
        using var one = 1.ToScalar();
        return tensor.add(kept, one);
    }

    /// <summary>TorchSharp adds two tensors with a factor of one, which is a number too.</summary>
    public static Tensor Plus(this Tensor tensor, Tensor other) => tensor.PlusScaled(other, 1);

    /// <summary>In place.</summary>
    public static Tensor PlusInPlace(this Tensor tensor, Tensor other) => tensor.PlusScaledInPlace(other, 1);

    /// <summary>
    /// TorchSharp's own makes the number 2 inside. The product of a tensor with itself would give other bits: its
    /// gradient arrives in two parts.
    /// </summary>
    public static Tensor Squared(this Tensor tensor)
    {
        using var two = 2.ToScalar();
        return tensor.pow(two);
    }

    /// <summary>tensor + factor · other.</summary>
    public static Tensor PlusScaled(this Tensor tensor, Tensor other, double factor)
    {
        using var kept = factor.ToScalar();
        return tensor.add(other, kept);
    }

    /// <summary>In place.</summary>
    public static Tensor TimesInPlace(this Tensor tensor, double factor)
    {
        using var kept = factor.ToScalar();
        return tensor.mul_(kept);
    }

    /// <summary>In place, of whole numbers, which wrap round.</summary>
    public static Tensor TimesInPlace(this Tensor tensor, long factor)
    {
        using var kept = factor.ToScalar();
        return tensor.mul_(kept);
    }

    /// <summary>In place, of whole numbers.</summary>
    public static Tensor PlusInPlace(this Tensor tensor, long number)
    {
        using var kept = number.ToScalar();
        using var one = 1.ToScalar();
        return tensor.add_(kept, one);
    }

    /// <summary>tensor += factor · other.</summary>
    public static Tensor PlusScaledInPlace(this Tensor tensor, Tensor other, double factor)
    {
        using var kept = factor.ToScalar();
        return tensor.add_(other, kept);
    }

    /// <summary>True where an element is below zero.</summary>
    public static Tensor IsNegative(this Tensor tensor)
    {
        using var kept = 0.ToScalar();
        return tensor.lt(kept);
    }

    public static Tensor ZeroWhere(this Tensor tensor, Tensor mask)
    {
        using var kept = 0.ToScalar();
        return tensor.masked_fill(mask, kept);
    }

    public static Tensor ZeroWhereInPlace(this Tensor tensor, Tensor mask)
    {
        using var kept = 0.ToScalar();
        return tensor.masked_fill_(mask, kept);
    }

    /// <summary>Makes a tensor of the shape and type of another one, with all elements alike.</summary>
    public static Tensor FilledLike(Tensor other, double number)
    {
        using var kept = number.ToScalar();
        return full_like(other, kept);
    }

    /// <returns>[rows, columns], all elements alike.</returns>
    public static Tensor Filled(long rows, long columns, double number, ScalarType dtype)
    {
        using var kept = number.ToScalar();
        return full(rows, columns, kept, dtype);
    }

    /// <returns>[end - first], int64: first, first + 1, and so on.</returns>
    public static Tensor WholeNumbers(long first, long end, Device device)
    {
        using var keptFirst = first.ToScalar();
        using var keptEnd = end.ToScalar();
        using var one = 1.ToScalar();
        return arange(keptFirst, keptEnd, one, ScalarType.Int64, device);
    }

    /// <returns>float32: first, first + step, and so on below end, with the tensor library's own rounding.</returns>
    public static Tensor Steps(double first, double end, double step)
    {
        using var keptFirst = first.ToScalar();
        using var keptEnd = end.ToScalar();
        using var keptStep = step.ToScalar();
        return arange(keptFirst, keptEnd, keptStep, ScalarType.Float32);
    }

    /// <summary>A copy with rows of another tensor added at indices; equal ones add up.</summary>
    public static Tensor WithRowsAdded(this Tensor tensor, Tensor indices, Tensor rows)
    {
        using var kept = 1.ToScalar();
        return tensor.index_add(0, indices, rows, kept);
    }
}
