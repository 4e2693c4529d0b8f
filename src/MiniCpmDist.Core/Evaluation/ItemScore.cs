using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>What a model has answered to an item, as a line of a file: what a killed evaluation need not compute again.
/// </summary>
/// <param name="Id">Of the item.</param>
/// <param name="IsCut">Its text was longer than the model's window.</param>
/// <param name="Sums">The log-probability of each option; empty in generation.</param>
/// <param name="Tokens">Tokens of each option; in generation those of the answer.</param>
/// <param name="Text">What was generated; null in likelihood.</param>
/// <param name="Passed">Whether the program passed its tests; null where none was run.</param>
public sealed record ItemScore(
    string Id, bool IsCut, IReadOnlyList<double> Sums, IReadOnlyList<int> Tokens, string? Text = null,
    bool? Passed = null)
{
    /// <summary>Which of several answers to the item this is, from 0.</summary>
    public int Sample { get; init; }

    /// <summary>What tells it from the other answers of a task.</summary>
    public string Key => KeyOf(Id, Sample);

    /// <summary>The key of an answer to an item.</summary>
    public static string KeyOf(string item, int sample) =>
        sample == 0 ? item : string.Create(CultureInfo.InvariantCulture, $"{item}\u241f{sample}");

    public string Write() => Json.Line(writer =>
    {
        writer.WriteString("id", Id);
        if (Sample > 0)
            writer.WriteNumber("sample", Sample);
        writer.WriteBoolean("cut", IsCut);
        writer.WriteStartArray("sums");
        foreach (var sum in Sums)
            writer.WriteNumberValue(sum);
        writer.WriteEndArray();
        writer.WriteStartArray("tokens");
        foreach (var count in Tokens)
            writer.WriteNumberValue(count);
        writer.WriteEndArray();
        if (Text is not null)
            writer.WriteString("text", Text);
        if (Passed is { } passed)
            writer.WriteBoolean("passed", passed);
    });

    /// <exception cref="FormatException">It is no such line.</exception>
    public static ItemScore Read(string line) => Json.Read(line, "a line of scores", root => new ItemScore(
        root.Member("id").GetString()!,
        root.Member("cut").GetBoolean(),
        [.. root.Member("sums").EnumerateArray().Select(sum => sum.GetDouble())],
        [.. root.Member("tokens").EnumerateArray().Select(count => count.GetInt32())],
        root.TryGetProperty("text", out var text) ? text.GetString() : null,
        root.TryGetProperty("passed", out var passed) ? passed.GetBoolean() : null)
    {
        Sample = root.TryGetProperty("sample", out var sample) ? sample.GetInt32() : 0,
    });
}
