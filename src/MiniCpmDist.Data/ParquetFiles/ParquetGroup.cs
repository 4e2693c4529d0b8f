namespace MiniCpmDist.Data.ParquetFiles;

/// <summary>A row group of a Parquet file.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Start">Its first byte in the file.</param>
/// <param name="FirstRow">Number of its first row within the file, from 1.</param>
/// <param name="Rows">How many it has.</param>
internal sealed record ParquetGroup(int Index, long Start, long FirstRow, long Rows)
{
    public override string ToString() => Rows == 0
        ? $"row group {Index + 1}"
        : $"rows {FirstRow} to {FirstRow + Rows - 1} (row group {Index + 1})";
}
