using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Runs.Checkpoints;
using TorchSharp;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>
/// A copy of what this rank writes of a checkpoint, in host memory, so that training can go on while it is written: the
/// parts that the rank owns, of the parameters as of the moments. Twelve bytes for each of its elements, once; there is
/// never a second copy.
/// </summary>
internal sealed class StagedState(FlatParameters parameters, FlatAdamW optimizer, RankSlices owned) : IDisposable
{
    // Made before the first step: a run that has no room for them should not end at its first checkpoint.
    private readonly FlatBuffer[] _copies =
        [.. Enum.GetValues<StatePart>().Select(_ => new FlatBuffer(owned.Count, device: torch.CPU))];

    /// <summary>The parts of the flat buffers that the rank writes.</summary>
    public RankSlices Owned => owned;

    /// <summary>Copies the state as it is now.</summary>
    public void Take()
    {
        foreach (var (bucket, (_, count)) in owned.Parts.Index())
        {
            var (values, at) = parameters.MasterWeights(bucket);
            _copies[(int)StatePart.Parameters].CopyFrom(values, at, owned.PlaceOf(bucket), count);
        }
        _copies[(int)StatePart.FirstMoments].CopyFrom(optimizer.FirstMoments);
        _copies[(int)StatePart.SecondMoments].CopyFrom(optimizer.SecondMoments);
    }

    /// <summary>Bytes of some elements, named by their place among the parts.</summary>
    public ReadOnlySpan<byte> Bytes(StatePart part, long place, int count) =>
        NativeSpan.Of<byte>(_copies[(int)part].At(place), count * sizeof(float));

    public void Dispose()
    {
        foreach (var copy in _copies)
            copy.Dispose();
    }
}
