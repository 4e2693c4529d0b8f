using MiniCpmDist.Engine.Quantization;

namespace MiniCpmDist.Engine.Tests.Quantization;

public sealed class InverseFactorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(130)]
    public void The_square_of_the_factor_is_the_inverse_on_any_number_of_threads(int size)
    {
        var matrix = Symmetric(size);
        var upper = InverseFactor.Of(matrix, size, threads: 1)!;
        Assert.Equal(upper, InverseFactor.Of(matrix, size, threads: 3));
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < i; j++)
                Assert.Equal(0, upper[i * size + j]);
        }
        // UᵀU·H is the identity.
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var sum = 0.0;
                for (var k = 0; k < size; k++)
                {
                    var inverse = Enumerable.Range(0, Math.Min(row, k) + 1)
                        .Sum(m => upper[m * size + row] * upper[m * size + k]);
                    sum += inverse * matrix[k * size + column];
                }
                Assert.Equal(row == column ? 1 : 0, sum, 1e-9);
            }
        }
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_has_no_factor() =>
        Assert.Null(InverseFactor.Of([1, 2, 2, 1], 2, threads: 1));

    private static double[] Symmetric(int size)
    {
        var random = new Random(11);
        var root = Enumerable.Range(0, size * size).Select(_ => random.NextDouble() - 0.5).ToArray();
        var matrix = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                for (var k = 0; k < size; k++)
                    matrix[i * size + j] += root[i * size + k] * root[j * size + k];
            }
            matrix[i * size + i] += 0.1;
        }
        return matrix;
    }
}
