using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MiniCpmDist.Core.Alignment;

/// <summary>A report as a file, and in sentences.</summary>
public static class AlignmentReportText
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(AlignmentReport report) => JsonSerializer.Serialize(report, s_json) + "\n";

    /// <exception cref="FormatException">It is no report.</exception>
    public static AlignmentReport Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<AlignmentReport>(text, s_json) ?? throw new FormatException("null");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"no report of an alignment: {exception.Message}");
        }
    }

    public static IEnumerable<string> Lines(AlignmentReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        yield return report.Pairs.Count == 0
            ? "held-out pairs: none, because --held-out was 0"
            : "held-out pairs: " + string.Join(", ", report.Pairs.Select(
                pair => $"{pair.Key.Replace('_', ' ')} {Number(pair.Value, "0.####")}"));
        if (report.KlPerToken is { } divergence)
        {
            yield return $"KL to the reference: {Number(divergence, "0.0000")} nats per token, over the model's own "
                + $"answers to {report.Prompts} held-out prompts";
            yield return $"answer length: {Length(report.Reference)} before, {Length(report.Policy)} after";
        }
        foreach (var source in report.Text)
        {
            yield return $"held-out text of {source.Source}: loss {Number(source.Before, "0.0000")} before, "
                + $"{Number(source.After, "0.0000")} after: alignment has cost "
                + $"{Number(source.Cost, "+0.0000;-0.0000")} nats per token";
        }
        yield return report.TextNote;
    }

    private static string Length(AnswerLengths lengths) =>
        $"{Number(lengths.Tokens, "0.0")} tokens"
        + (lengths.Unended > 0 ? $" ({Number(100 * lengths.Unended, "0")} % without an end)" : "");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
