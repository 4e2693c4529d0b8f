using System.Numerics;
using System.Runtime.InteropServices;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>
/// The upper triangle U with UᵀU = H⁻¹, in float64. With the order of rows and columns turned round H = L·Lᵀ; turned
/// back this is H = R·Rᵀ with R upper, so U is R⁻¹: one Cholesky and one triangular inverse, and H⁻¹ itself is never
/// formed. Each element is one sum in a fixed order, so the number of threads changes no bit.
/// </summary>
internal static class InverseFactor
{
    private const int Block = 48;

    /// <param name="symmetric"><c>[size, size]</c>, row-major; is not changed.</param>
    /// <param name="size">Rows.</param>
    /// <param name="threads">That share the work.</param>
    /// <returns><c>[size, size]</c>; null where the matrix is not positive definite in float64.</returns>
    public static double[]? Of(double[] symmetric, int size, int threads)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        var lower = new double[symmetric.Length];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
                lower[i * size + j] = symmetric[(size - 1 - i) * size + size - 1 - j];
        }
        if (!Factor(lower, size, parallel))
            return null;
        var inverse = Invert(lower, size, parallel);
        var upper = new double[symmetric.Length];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
                upper[(size - 1 - i) * size + size - 1 - j] = inverse[i * size + j];
        }
        return upper;
    }

    /// <summary>Cholesky in place, a block of columns at a time.</summary>
    private static bool Factor(double[] lower, int size, ParallelOptions parallel)
    {
        for (var first = 0; first < size; first += Block)
        {
            var end = Math.Min(size, first + Block);
            Parallel.For(first, size, parallel, i =>
            {
                for (var j = first; j < Math.Min(end, i + 1); j++)
                    lower[i * size + j] -= Dot(lower.AsSpan(i * size, first), lower.AsSpan(j * size, first));
            });
            for (var j = first; j < end; j++)
            {
                var pivot = lower[j * size + j];
                for (var k = first; k < j; k++)
                    pivot -= lower[j * size + k] * lower[j * size + k];
                if (!(pivot > 0) || !double.IsFinite(pivot))
                    return false;
                lower[j * size + j] = Math.Sqrt(pivot);
                for (var i = j + 1; i < size; i++)
                {
                    var sum = lower[i * size + j];
                    for (var k = first; k < j; k++)
                        sum -= lower[i * size + k] * lower[j * size + k];
                    lower[i * size + j] = sum / lower[j * size + j];
                }
            }
        }
        return true;
    }

    /// <summary>The inverse of a lower triangle; columns do not depend on each other.</summary>
    private static double[] Invert(double[] lower, int size, ParallelOptions parallel)
    {
        var inverse = new double[lower.Length];
        Parallel.For(0, (size + Block - 1) / Block, parallel, block =>
        {
            var (first, end) = (block * Block, Math.Min(size, block * Block + Block));
            for (var i = first; i < size; i++)
            {
                var row = inverse.AsSpan(i * size + first, end - first);
                for (var k = first; k < i; k++)
                    Subtract(row, inverse.AsSpan(k * size + first, end - first), lower[i * size + k]);
                if (i < end)
                    row[i - first] += 1;
                foreach (ref var element in row)
                    element /= lower[i * size + i];
            }
        });
        return inverse;
    }

    /// <summary>The sum of products, in an order that belongs to the processor.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var a = MemoryMarshal.Cast<double, Vector<double>>(left);
        var b = MemoryMarshal.Cast<double, Vector<double>>(right);
        var sums = Vector<double>.Zero;
        for (var i = 0; i < a.Length; i++)
            sums += a[i] * b[i];
        var sum = Vector.Sum(sums);
        for (var i = a.Length * Vector<double>.Count; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    private static void Subtract(Span<double> row, ReadOnlySpan<double> other, double factor)
    {
        for (var i = 0; i < row.Length; i++)
            row[i] -= other[i] * factor;
    }
}
