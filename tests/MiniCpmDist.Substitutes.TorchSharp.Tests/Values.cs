using static TorchSharp.torch;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

/// <summary>Compares tensors with numbers computed by hand.</summary>
internal static class Values
{
    public static void AssertIs(this Tensor tensor, float[] expected, params long[] shape)
    {
        Assert.Equal(ScalarType.Float32, tensor.dtype);
        Assert.Equal(shape, tensor.shape);
        AssertClose(expected, tensor.data<float>().ToArray());
    }

    public static void AssertWhole(this Tensor tensor, long[] expected, params long[] shape)
    {
        Assert.Equal(ScalarType.Int64, tensor.dtype);
        Assert.Equal(shape, tensor.shape);
        Assert.Equal(expected, tensor.data<long>().ToArray());
    }

    public static void AssertIs(this Tensor tensor, bool[] expected, params long[] shape)
    {
        Assert.Equal(ScalarType.Bool, tensor.dtype);
        Assert.Equal(shape, tensor.shape);
        Assert.Equal(expected, tensor.data<bool>().ToArray());
    }

    private static void AssertClose(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - found[i]) <= 1e-5f * Math.Max(1, Math.Abs(expected[i])),
                $"[{i}]: expected {expected[i]}, found {found[i]}");
    }
}
