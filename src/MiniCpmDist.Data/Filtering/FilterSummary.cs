using System.Text.Json;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Filtering;

/// <summary>
/// The small file beside a part. It is written last, so that a unit with a summary is done; it says what the part was
/// made of.
/// </summary>
/// <param name="Fingerprint">Of what decides a part: the pipeline and the names of fields.</param>
/// <param name="Spans">What was read.</param>
/// <param name="Counts">What has become of it.</param>
/// <param name="Broken">Lines without a text, counted from the unit's beginning.</param>
internal sealed record FilterSummary(
    string Fingerprint, IReadOnlyList<UnitSpan> Spans, FilterCounts Counts, IReadOnlyList<QuarantinedLine> Broken)
{
    private const int LargestBytes = 256 << 20;

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this);

    /// <summary>Reads a summary; null where the file is missing or is no summary.</summary>
    public static FilterSummary? TryRead(string path)
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<FilterSummary>(RegularFile.ReadBytes(path, LargestBytes))
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException)
        {
            return null;
        }
    }
}
