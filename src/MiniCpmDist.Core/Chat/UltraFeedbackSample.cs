using System.Globalization;
using System.Text.Json;

namespace MiniCpmDist.Core.Chat;

/// <summary>An instruction of UltraFeedback with its rated answers.</summary>
/// <param name="Source">The set that it is from, such as <c>truthful_qa</c>.</param>
/// <param name="Instruction">The question.</param>
/// <param name="Answers">Up to four.</param>
public sealed record UltraFeedbackSample(string Source, string Instruction, IReadOnlyList<RatedAnswer> Answers)
{
    /// <summary>What a sample is, for messages.</summary>
    public const string Expected =
        "an object of UltraFeedback with `source`, `instruction` and `completions` (each with `response` and "
        + "`annotations`)";

    /// <summary>Reads a sample; ratings are texts, and may be "N/A".</summary>
    /// <exception cref="FormatException">The object is none.</exception>
    public static UltraFeedbackSample Read(JsonElement sample)
    {
        if (sample.ValueKind != JsonValueKind.Object)
            throw new FormatException("no object");
        if (!sample.TryGetProperty("completions", out var completions) || completions.ValueKind != JsonValueKind.Array)
            throw new FormatException("no list of `completions`");
        return new UltraFeedbackSample(
            Text(sample, "source"), Text(sample, "instruction"), [.. completions.EnumerateArray().Select(Answer)]);
    }

    private static RatedAnswer Answer(JsonElement completion)
    {
        if (completion.ValueKind != JsonValueKind.Object)
            throw new FormatException("a completion is no object");
        var ratings = completion.TryGetProperty("annotations", out var aspects)
            && aspects.ValueKind == JsonValueKind.Object
            ? aspects.EnumerateObject().Select(aspect => Rating(aspect.Value)).ToArray()
            : [];
        return new RatedAnswer(
            Text(completion, "model"), Text(completion, "response"), ratings,
            completion.TryGetProperty("overall_score", out var overall) ? Number(overall) : null);
    }

    private static double? Rating(JsonElement aspect) =>
        aspect.ValueKind == JsonValueKind.Object && aspect.TryGetProperty("Rating", out var rating)
            ? Number(rating)
            : null;

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when double.TryParse(
            value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()!
            : throw new FormatException($"`{name}` is missing or no text");
}
