using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>
/// A copy of what this rank writes of a checkpoint, so that training can go on while it is written: the slice that
/// the rank owns, of the parameters as of the moments. Twelve bytes for each of its elements, once; there is never a
/// second copy.
/// </summary>
internal sealed class StagedState(FlatParameters parameters, FlatAdamW optimizer, (long Offset, long Count) owned) : IDisposable
{
    // Made before the first step: a run that has no room for them should not end at its first checkpoint.
    private readonly FloatBuffer[] _copies =
        [new FloatBuffer(owned.Count), new FloatBuffer(owned.Count), new FloatBuffer(owned.Count)];

    /// <summary>The slice of the flat buffers that the rank writes.</summary>
    public (long Offset, long Count) Owned => owned;

    /// <summary>Copies the state as it is now.</summary>
    public void Take()
    {
        _copies[(int)StatePart.Parameters].CopyFrom(parameters.Values, owned.Offset);
        _copies[(int)StatePart.FirstMoments].CopyFrom(optimizer.FirstMoments);
        _copies[(int)StatePart.SecondMoments].CopyFrom(optimizer.SecondMoments);
    }

    /// <summary>Bytes of some elements, named by their place in the whole flat buffer.</summary>
    public ReadOnlySpan<byte> Bytes(StatePart part, long offset, int count) =>
        NativeSpan.Of<byte>(_copies[(int)part].At(offset - owned.Offset), count * sizeof(float));

    public void Dispose()
    {
        foreach (var copy in _copies)
            copy.Dispose();
    }
}
