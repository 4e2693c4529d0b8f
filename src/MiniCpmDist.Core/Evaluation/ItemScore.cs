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
    public string Write() => Json.Line(writer =>
    {
        writer.WriteString("id", Id);
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
        root.TryGetProperty("passed", out var passed) ? passed.GetBoolean() : null));
}
