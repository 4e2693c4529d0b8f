using System.Text.Json;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Runs;

/// <summary>
/// Lines of <c>metrics.jsonl</c>: one for each step and one for each evaluation. Their loss keys tell them apart.
/// Numbers have the shortest digits that give the same bits again; numbers that are not finite are null.
/// </summary>
public static class MetricsLine
{
    private const string HeldOutLoss = "held_out_loss";
    private const string Measures = "measures";
    private const string ExpertTokens = "expert_tokens";
    private const string What = "a line of metrics.jsonl";

    public static string Write(StepReport report) => Json.Line(writer =>
    {
        writer.WriteNumber("step", report.Step);
        writer.WriteNumber("tokens", report.Tokens);
        writer.WriteMeasured("loss", report.Loss);
        writer.WriteMeasured("lr", report.LearningRate);
        writer.WriteNumber("token_batch", report.TokenBatch);
        writer.WriteMeasured("grad_norm", report.GradientNorm);
        writer.WriteMeasured("seconds", report.Seconds);
        writer.WriteMeasured("data_seconds", report.DataSeconds);
        writer.WriteString("phase", PhaseName.Of(report.Phase));
        writer.WriteNumber("attempt", report.Attempt);
        WriteSources(writer, report.Sources);
        WriteMeasures(writer, report.Measures);
        WriteExperts(writer, report.ExpertTokens);
    });

    public static string Write(HeldOutReport report) => Json.Line(writer =>
    {
        writer.WriteNumber("step", report.Step);
        writer.WriteNumber("tokens", report.Tokens);
        writer.WriteMeasured(HeldOutLoss, report.Loss);
        writer.WriteNumber("sequences", report.Sequences);
        writer.WriteNumber("attempt", report.Attempt);
        WriteSources(writer, report.Sources);
        WriteMeasures(writer, report.Measures);
    });

    /// <summary>True for the line of an evaluation, which <see cref="ParseHeldOut"/> reads.</summary>
    /// <exception cref="FormatException">The line is no JSON object.</exception>
    public static bool IsHeldOut(string line) =>
        Json.Read(line, What, members => members.TryGetProperty(HeldOutLoss, out _));

    /// <exception cref="FormatException">The line is not that of a step.</exception>
    public static StepReport Parse(string line) => Json.Read(line, What, members => new StepReport(
        members.Member("step").GetInt64(),
        members.Member("tokens").GetInt64(),
        members.Measured("loss"),
        members.Measured("lr"),
        members.Member("token_batch").GetInt64(),
        members.Measured("grad_norm"),
        members.Measured("seconds"),
        members.Measured("data_seconds"),
        PhaseName.Parse(members.Member("phase").GetString()),
        members.Member("attempt").GetInt32(),
        ReadSources(members))
    {
        Measures = ReadMeasures(members),
        ExpertTokens = ReadExperts(members),
    });

    /// <exception cref="FormatException">The line is not that of an evaluation.</exception>
    public static HeldOutReport ParseHeldOut(string line) => Json.Read(line, What, members => new HeldOutReport(
        members.Member("step").GetInt64(),
        members.Member("tokens").GetInt64(),
        members.Measured(HeldOutLoss),
        members.Member("sequences").GetInt64(),
        members.Member("attempt").GetInt32(),
        ReadSources(members))
    {
        Measures = ReadMeasures(members),
    });

    private static void WriteSources(Utf8JsonWriter writer, IReadOnlyList<SourceLoss> sources)
    {
        writer.WriteStartObject("sources");
        foreach (var source in sources)
        {
            writer.WriteStartObject(source.Source);
            writer.WriteMeasured("loss", source.Loss);
            writer.WriteMeasured("bits_per_byte", source.BitsPerByte);
            writer.WriteNumber("tokens", source.Tokens);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    // Runs of pre-training measure nothing besides, and their lines stay as they were.
    private static void WriteMeasures(Utf8JsonWriter writer, IReadOnlyList<Measure> measures)
    {
        if (measures.Count == 0)
            return;
        writer.WriteStartObject(Measures);
        foreach (var measure in measures)
            writer.WriteMeasured(measure.Name, measure.Value);
        writer.WriteEndObject();
    }

    private static List<Measure> ReadMeasures(JsonElement members) =>
        members.TryGetProperty(Measures, out var measures)
            ? [.. measures.EnumerateObject().Select(one => new Measure(one.Name, measures.Measured(one.Name)))]
            : [];

    /// <summary>A list for each layer, with the tokens of each of its experts.</summary>
    private static void WriteExperts(Utf8JsonWriter writer, IReadOnlyList<IReadOnlyList<long>> layers)
    {
        if (layers.Count == 0)
            return;
        writer.WriteStartArray(ExpertTokens);
        foreach (var layer in layers)
        {
            writer.WriteStartArray();
            foreach (var tokens in layer)
                writer.WriteNumberValue(tokens);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    private static IReadOnlyList<IReadOnlyList<long>> ReadExperts(JsonElement members) =>
        members.TryGetProperty(ExpertTokens, out var layers)
            ? [.. layers.EnumerateArray().Select(
                layer => layer.EnumerateArray().Select(tokens => tokens.GetInt64()).ToArray())]
            : [];

    private static List<SourceLoss> ReadSources(JsonElement members) =>
    [
        .. members.Member("sources").EnumerateObject().Select(source => new SourceLoss(
            source.Name,
            source.Value.Measured("loss"),
            source.Value.Measured("bits_per_byte"),
            source.Value.Member("tokens").GetInt64())),
    ];
}
