namespace MiniCpmDist.Data.Filtering;

/// <summary>How far the filtering of this process is.</summary>
/// <param name="BytesDone">Bytes on disk, without those of an earlier attempt.</param>
/// <param name="BytesTotal">Bytes on disk that this process has to read in this attempt.</param>
/// <param name="UnitsDone">Units, without those of an earlier attempt.</param>
/// <param name="UnitsBefore">Units of an earlier attempt, of all processes.</param>
/// <param name="UnitsTotal">Units of all processes.</param>
public sealed record FilterProgress(
    long BytesDone, long BytesTotal, int UnitsDone, int UnitsBefore, int UnitsTotal);
