using MiniCpmDist.Engine.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training;

/// <summary>Turns places in a token dataset into a micro-batch of ids and targets.</summary>
internal sealed class SequenceReader(TokenDataset dataset, int sequenceLength)
{
    /// <summary>
    /// Reads <paramref name="count"/> sequences; <paramref name="indexOf"/> maps 0 .. count - 1 to sequence indices.
    /// </summary>
    /// <returns>
    /// Ids and the ids that follow them, both <c>[count, seq]</c> int64, owned by the caller's scope.
    /// </returns>
    public (Tensor Ids, Tensor Targets) Read(int count, Func<int, long> indexOf)
    {
        var width = sequenceLength + 1;
        var ids = new long[count * width];
        for (var i = 0; i < count; i++)
            dataset.Read(indexOf(i), ids.AsSpan(i * width, width));
        using var scope = NewDisposeScope();
        var both = tensor(ids, [count, width]);
        return (
            both.narrow(1, 0, sequenceLength).contiguous().MoveToOuterDisposeScope(),
            both.narrow(1, 1, sequenceLength).contiguous().MoveToOuterDisposeScope());
    }
}
