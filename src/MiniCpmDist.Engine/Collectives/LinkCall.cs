using System.Globalization;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>A call on a link, as an operator reads it.</summary>
/// <param name="Number">Counted from 1, the same on all ranks that call the same.</param>
/// <param name="Name">As in "AllReduce".</param>
/// <param name="Bytes">What this rank sends.</param>
/// <param name="Peer">The other rank, where there is one.</param>
internal readonly record struct LinkCall(long Number, string Name, long Bytes, int? Peer)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"call {Number}, {Name}{(Peer is { } peer ? $" with rank {peer}" : "")} of {Bytes:N0} bytes");
}
