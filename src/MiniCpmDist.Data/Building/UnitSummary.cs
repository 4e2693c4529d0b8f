using System.Text.Json;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Data.Building;

/// <summary>
/// The small file beside a unit's documents. It is written last: a unit with a summary is done. It says what the unit
/// was made of, so that a later attempt knows whether it is the one that it would make.
/// </summary>
/// <param name="Fingerprint">See <see cref="BuildPlan"/>.</param>
/// <param name="Spans">What was read.</param>
/// <param name="Train">What is trained on.</param>
/// <param name="HeldOut">What is held out.</param>
/// <param name="QuarantinedLines">Lines in the unit's quarantine file.</param>
/// <param name="DataBytes">Size of the file of documents.</param>
/// <param name="DataChecksum">CRC-32 of it.</param>
internal sealed record UnitSummary(
    string Fingerprint,
    IReadOnlyList<UnitSpan> Spans,
    UnitTotals Train,
    UnitTotals HeldOut,
    long QuarantinedLines,
    long DataBytes,
    uint DataChecksum)
{
    /// <summary>Documents that were too short or too long.</summary>
    public long LeftOut { get; init; }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this);

    /// <summary>Reads a summary; null where the file is missing or is no summary.</summary>
    public static UnitSummary? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<UnitSummary>(RegularFile.ReadBytes(path)) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException)
        {
            return null;
        }
    }
}
