using MiniCpmDist.Core.Formats;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Native.Kernels;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// A matrix in four bits that a few rows are multiplied with as it is. Many rows are multiplied with its numbers, which
/// are made for the purpose and let go of.
/// </summary>
internal sealed class PackedWeight : IDisposable
{
    private const int FewRows = 16;
    private readonly GptqMatrix _matrix;
    private readonly Tensor _words;
    private readonly Tensor _scales;
    private readonly int _group;

    private PackedWeight(GptqMatrix matrix, int group)
    {
        // The codes are kept once, where the kernel reads them.
        (_matrix, _group) = (matrix with { Words = [] }, group);
        _words = tensor(matrix.Words).DetachFromDisposeScope();
        _scales = tensor(matrix.Scales.Select(scale => (float)scale).ToArray()).DetachFromDisposeScope();
    }

    /// <summary>
    /// Null where the kernel cannot take the matrix: with other zeros, scattered groups, or a number of outputs that is
    /// no multiple of 32.
    /// </summary>
    public static PackedWeight? TryCreate(GptqMatrix matrix, int group) =>
        matrix.Outputs % 32 == 0 && group % 8 == 0
        && matrix.Zeros.All(word => word == GptqPacking.SymmetricZeros(matrix.Layout))
        && matrix.GroupOf.Index().All(entry => entry.Item == entry.Index / group)
            ? new PackedWeight(matrix, group)
            : null;

    /// <param name="input"><c>[..., in]</c>, float32.</param>
    /// <returns><c>[..., out]</c>; the caller's scope owns it.</returns>
    public Tensor Times(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input.contiguous();
        var rows = x.numel() / _matrix.Inputs;
        if (rows > FewRows)
            return nn.functional.linear(x, Numbers()).MoveToOuterDisposeScope();
        var product = empty([.. x.shape[..^1], _matrix.Outputs], ScalarType.Float32);
        RowKernels.PackedProduct(
            TensorAddress.Of(x), TensorAddress.Of(_words, ScalarType.Int32), TensorAddress.Of(_scales),
            TensorAddress.Of(product), rows, _matrix.Inputs, _matrix.Outputs, _group, get_num_threads());
        return product.MoveToOuterDisposeScope();
    }

    private Tensor Numbers()
    {
        var matrix = _matrix with { Words = _words.data<int>().ToArray() };
        var values = new float[matrix.Outputs * matrix.Inputs];
        Parallel.For(0, matrix.Outputs, output => GptqPacking.Unpack(
            matrix, output, values.AsSpan(output * matrix.Inputs, matrix.Inputs)));
        return tensor(values, [matrix.Outputs, matrix.Inputs]);
    }

    public void Dispose()
    {
        _words.Dispose();
        _scales.Dispose();
    }
}
