using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Planning;

/// <summary>A way to need less memory.</summary>
/// <param name="Changes">What to write, one entry a key.</param>
/// <param name="Options">The run with it.</param>
/// <param name="WorldSize">The ranks with it.</param>
/// <param name="Saves">Bytes a rank.</param>
/// <param name="Total">What a rank then holds.</param>
public sealed record MemoryRemedy(
    IReadOnlyList<string> Changes, RunOptions Options, int WorldSize, long Saves, long Total)
{
    public override string ToString() => string.Join(" and ", Changes);
}
