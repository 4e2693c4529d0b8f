using System.Text.Json;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>A question whose answers a judge rates, in the form of MT-Bench's <c>question.jsonl</c>.</summary>
/// <param name="Id">Its <c>question_id</c>.</param>
/// <param name="Category">Such as <c>writing</c>.</param>
/// <param name="Turns">What the user says, one after the other; each is answered before the next.</param>
/// <param name="References">Right answers, one for each turn; empty where the file has no answers.</param>
public sealed record JudgedQuestion(
    string Id, string Category, IReadOnlyList<string> Turns, IReadOnlyList<string> References)
{
    /// <summary>Reads an object of the file.</summary>
    /// <returns>Null, with problems, where it is no question.</returns>
    public static JudgedQuestion? Read(JsonElement item, string place, ProblemCollector problems)
    {
        try
        {
            return ReadMembers(item, place, problems);
        }
        catch (InvalidOperationException)
        {
            // An escape that is half of a surrogate pair is found only when its text is asked for.
            problems.Add(
                place, "texts of whole characters", "an escape that is half of a surrogate pair and no character",
                "write the character itself");
            return null;
        }
    }

    private static JudgedQuestion? ReadMembers(JsonElement item, string place, ProblemCollector problems)
    {
        var id = item.ValueKind == JsonValueKind.Object ? TextOf(item, "question_id") : null;
        var turns = Texts(item, "turns");
        var references = Texts(item, "reference");
        problems.Require(
            id is not null, place, "a `question_id`", "none", "write such as \"question_id\": 81");
        problems.Require(
            turns is { Length: > 0 } && !turns.Any(string.IsNullOrWhiteSpace), place,
            "`turns`, a list of at least one text", turns is null ? "none" : "an empty one",
            "write such as \"turns\": [\"Why is the sky blue?\", \"And the sunset?\"]");
        problems.Require(
            references is null || references.Length == turns?.Length, place, "a `reference` for each turn, or none",
            $"{references?.Length} for {turns?.Length} turns", "write one for each turn, or leave `reference` out");
        return id is null || turns is not { Length: > 0 }
            ? null
            : new JudgedQuestion(id, TextOf(item, "category") ?? "", turns, references ?? []);
    }

    private static string? TextOf(JsonElement item, string name) => item.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        }
        : null;

    private static string[]? Texts(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var list)
        && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? one.GetString()! : "")]
            : null;
}
