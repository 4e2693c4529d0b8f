namespace MiniCpmDist.Data.Building;

/// <summary>What a unit has read of one file.</summary>
/// <param name="File">The file as it was then.</param>
/// <param name="Start">First byte.</param>
/// <param name="End">The byte after the last.</param>
/// <param name="Lines">Lines that begin in it, uncompressed.</param>
/// <param name="Sha256">Of the whole file; null except in the unit with its first byte.</param>
internal sealed record UnitSpan(SourceFile File, long Start, long End, long Lines, string? Sha256);
