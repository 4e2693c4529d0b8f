using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Kernels;

public class VectorKernelsTests
{
    private const int Count = 3 * VectorKernels.ChunkSize;

    [Fact]
    public void Adding_gives_the_bits_of_one_float32_addition_per_element()
    {
        var left = Numbers(Count, seed: 1);
        var right = Numbers(Count, seed: 2);
        using var destination = new FloatArray(left);
        using var source = new FloatArray(right);

        VectorKernels.Add(destination.Address, source.Address, Count);

        Assert.Equal(left.Zip(right, (a, b) => a + b), destination.Values.ToArray());
        Assert.Equal(right, source.Values.ToArray());
    }

    [Fact]
    public void Chunk_square_sums_have_the_bits_of_the_documented_order()
    {
        var values = Numbers(Count, seed: 4);
        using var array = new FloatArray(values);
        var sums = new double[3];

        VectorKernels.ChunkSquareSums(array.Address, Count, sums);

        Assert.Equal(values.Chunk(VectorKernels.ChunkSize).Select(SquareSumAsDocumented), sums);
    }

    [Fact]
    public void Chunk_square_sums_of_unequal_magnitudes_stay_near_the_exact_sum()
    {
        var values = Numbers(VectorKernels.ChunkSize, seed: 5);
        for (var i = 0; i < values.Length; i += 7)
            values[i] *= 1e6f;
        using var array = new FloatArray(values);
        var sums = new double[1];

        VectorKernels.ChunkSquareSums(array.Address, values.Length, sums);

        var exact = values.Sum(value => (decimal)(double)value * (decimal)(double)value);
        Assert.Equal(1.0, sums[0] / (double)exact, 13);
    }

    [Fact]
    public void An_AdamW_step_has_the_bits_of_the_documented_float32_formula()
    {
        var step = SomeStep();
        var (p, g, m, v) = SomeState();
        using var state = new AdamWState(p, g, m, v);

        state.Step(Count, step);

        var (rest1, rest2) = (1f - step.Beta1, 1f - step.Beta2);
        for (var i = 0; i < Count; i++)
        {
            var gradient = g[i] * step.GradientScale;
            var first = (step.Beta1 * m[i]) + (rest1 * gradient);
            var second = (step.Beta2 * v[i]) + (rest2 * gradient * gradient);
            var direction = first / step.BiasCorrection1 / (MathF.Sqrt(second / step.BiasCorrection2) + step.Epsilon);
            Assert.Equal(first, state.FirstMoments.Values[i]);
            Assert.Equal(second, state.SecondMoments.Values[i]);
            Assert.Equal(
                p[i] - (step.LearningRate * (direction + (step.WeightDecay * p[i]))), state.Parameters.Values[i]);
        }
        Assert.Equal(g, state.Gradients.Values.ToArray());
    }

    [Fact]
    public void An_AdamW_step_agrees_with_float64_to_float32_rounding()
    {
        var step = SomeStep();
        var (p, g, m, v) = SomeState();
        using var state = new AdamWState(p, g, m, v);

        state.Step(Count, step);

        for (var i = 0; i < Count; i++)
        {
            var gradient = (double)g[i] * step.GradientScale;
            var first = (step.Beta1 * (double)m[i]) + ((1.0 - step.Beta1) * gradient);
            var second = (step.Beta2 * (double)v[i]) + ((1.0 - step.Beta2) * gradient * gradient);
            var direction = first / step.BiasCorrection1 / (Math.Sqrt(second / step.BiasCorrection2) + step.Epsilon);
            var expected = p[i] - (step.LearningRate * (direction + ((double)step.WeightDecay * p[i])));
            Assert.InRange(state.Parameters.Values[i], expected - 1e-6, expected + 1e-6);
        }
    }

    [Fact]
    public void Nothing_is_a_valid_count()
    {
        using var empty = new FloatArray([]);
        VectorKernels.Add(empty.Address, empty.Address, 0);
        VectorKernels.ChunkSquareSums(empty.Address, 0, []);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1025)]
    [InlineData(-1024)]
    public void A_count_that_is_no_multiple_of_1024_is_refused_before_anything_is_written(int count)
    {
        using var array = new FloatArray(Numbers(2048, seed: 6));
        var before = array.Values.ToArray();

        var problem = Assert.Throws<NativeException>(() => VectorKernels.Add(array.Address, array.Address, count));

        Assert.Contains($"multiple of 1024, found {count}", problem.Message, StringComparison.Ordinal);
        Assert.Throws<NativeException>(
            () => VectorKernels.AdamW(array.Address, array.Address, array.Address, array.Address, count, default));
        Assert.Equal(before, array.Values.ToArray());
    }

    [Fact]
    public void Sums_without_enough_room_are_refused()
    {
        using var array = new FloatArray(Numbers(Count, seed: 7));
        Assert.Throws<ArgumentException>(() => VectorKernels.ChunkSquareSums(array.Address, Count, new double[2]));
    }

    private static AdamWStep SomeStep() => new(
        LearningRate: 0.01f, Beta1: 0.9f, Beta2: 0.95f, Epsilon: 1e-8f, WeightDecay: 0.1f, GradientScale: 0.7f,
        BiasCorrection1: 1f - MathF.Pow(0.9f, 3), BiasCorrection2: 1f - MathF.Pow(0.95f, 3));

    private static (float[] P, float[] G, float[] M, float[] V) SomeState() =>
        (Numbers(Count, 8), Numbers(Count, 9), Numbers(Count, 10),
            [.. Numbers(Count, 11).Select(value => value * value)]);

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 4) - 2))];
    }

    private static double SquareSumAsDocumented(float[] chunk)
    {
        var partial = new double[16];
        for (var i = 0; i < chunk.Length; i++)
            partial[i % 16] += (double)chunk[i] * chunk[i];
        for (var width = 8; width > 0; width /= 2)
        {
            for (var j = 0; j < width; j++)
                partial[j] += partial[j + width];
        }
        return partial[0];
    }
}
