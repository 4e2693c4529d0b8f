using MiniCpmDist.Native.Kernels;

namespace MiniCpmDist.Native.Tests.Kernels;

public sealed class RotaryKernelTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(36)]
    [InlineData(64)]
    public void Pairs_turn_by_the_angle_of_their_position_in_the_segment_and_values_do_not(int headDim)
    {
        var call = new AttentionCall(2, 1, headDim, [5, 3], Threads: 2);
        var (half, rows) = (headDim / 2, Count(call.Rows * call.Width));
        var angles = Enumerable.Range(0, 6 * half).Select(i => 0.1 * (i / half) + 0.01 * (i % half)).ToArray();
        using var qkv = new FloatArray(rows);
        using var cos = new FloatArray([.. angles.Select(angle => (float)Math.Cos(angle))]);
        using var sin = new FloatArray([.. angles.Select(angle => (float)Math.Sin(angle))]);

        AttentionKernels.Rotate(call, qkv.Address, cos.Address, sin.Address, 6, back: false);

        var turned = qkv.Values.ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            var (row, column) = (i / (int)call.Width, i % (int)call.Width);
            var (position, inHead) = (row < 5 ? row : row - 5, column % headDim);
            var angle = angles[position * half + inHead % half];
            var expected = column >= 3 * headDim
                ? rows[i]
                : inHead < half
                    ? rows[i] * Math.Cos(angle) - rows[i + half] * Math.Sin(angle)
                    : rows[i] * Math.Cos(angle) + rows[i - half] * Math.Sin(angle);
            Assert.Equal(expected, turned[i], 1e-6);
        }

        AttentionKernels.Rotate(call, qkv.Address, cos.Address, sin.Address, 6, back: true);

        Assert.All(rows.Zip(qkv.Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    private static float[] Count(long count) => [.. Enumerable.Range(0, (int)count).Select(i => (i % 17 - 8) / 8f)];
}
