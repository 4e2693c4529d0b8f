using MiniCpmDist.Engine.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training;

/// <summary>Turns places in a token dataset into a micro-batch of ids and targets.</summary>
internal sealed class SequenceReader(TokenDataset dataset)
{
    /// <summary>
    /// Reads <paramref name="count"/> sequences; <paramref name="indexOf"/> maps 0 .. count - 1 to sequence indices.
    /// </summary>
    /// <returns>
    /// Ids and their targets, both <c>[count, seq]</c> int64, owned by the caller's scope.
    /// </returns>
    public (Tensor Ids, Tensor Targets) Read(int count, Func<int, long> indexOf)
    {
        var width = dataset.SequenceLength;
        var ids = new long[count * width];
        var targets = new long[count * width];
        var segments = new List<int>();
        for (var i = 0; i < count; i++)
            dataset.Read(indexOf(i), ids.AsSpan(i * width, width), targets.AsSpan(i * width, width), segments);
        return (tensor(ids, [count, width]), tensor(targets, [count, width]));
    }
}
