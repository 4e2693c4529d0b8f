namespace MiniCpmDist.Data.Objects;

/// <summary>What a store says of an object.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="ModifiedTicks">When it was written: 100 ns since the year 1, UTC.</param>
/// <param name="Tag">Another one for other content.</param>
internal sealed record ObjectFacts(long Bytes, long ModifiedTicks, string Tag);
