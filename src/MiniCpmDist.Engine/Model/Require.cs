using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Checks at the entry of a module: a wrong shape is named before libtorch broadcasts it into something else.
/// </summary>
internal static class Require
{
    public static void Rank(Tensor tensor, int rank, string name)
    {
        if (tensor.shape.Length != rank)
        {
            throw new ArgumentException(
                $"Expected {name} with {rank} dimensions, found [{string.Join(", ", tensor.shape)}].", name);
        }
    }

    public static void Shape(Tensor tensor, string name, params ReadOnlySpan<long> shape)
    {
        if (!tensor.shape.AsSpan().SequenceEqual(shape))
        {
            var expected = string.Join(", ", shape.ToArray());
            throw new ArgumentException(
                $"Expected {name} of shape [{expected}], found [{string.Join(", ", tensor.shape)}].", name);
        }
    }
}
