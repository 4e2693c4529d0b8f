using System.Text.Json;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// Reads the members of a <c>config.json</c>; what is missing or wrong becomes a problem and reading goes on.
/// </summary>
/// <param name="root">The object.</param>
/// <param name="problems">Takes what is wrong.</param>
/// <param name="prefix">Names of the objects around it, each with a dot.</param>
internal sealed class ConfigKeys(JsonElement root, ProblemCollector problems, string prefix = "")
{
    private const string Fix = "correct this key of config.json, or export the model again";
    private readonly string _place = "config.json: " + prefix;

    public string? Text(string key) =>
        Find(key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <param name="key">Name of the member.</param>
    /// <param name="standard">What an absent member stands for; null where it has to be there.</param>
    /// <param name="maximum">The most that makes sense.</param>
    public int Whole(string key, int? standard, int maximum) =>
        Read(
            key, standard, $"a whole number from 1 to {maximum}",
            value => value.TryGetInt32(out var number) && number > 0 && number <= maximum ? number : null, 1);

    /// <summary>A number of something that a model need not have; 0 where the member is absent.</summary>
    /// <param name="key">Name of the member.</param>
    /// <param name="maximum">The most that makes sense.</param>
    public int WholeOrNone(string key, int maximum) =>
        Read(
            key, 0, $"a whole number from 0 to {maximum}",
            value => value.TryGetInt32(out var number) && number >= 0 && number <= maximum ? number : null, 0);

    /// <param name="key">Name of the member.</param>
    /// <param name="standard">What an absent member stands for; null where it has to be there.</param>
    public double Number(string key, double? standard) =>
        Read(
            key, standard, "a number above zero",
            value => value.TryGetDouble(out var number) && number > 0 && double.IsFinite(number) ? number : null, 1);

    /// <summary>So many numbers above zero; none, with a problem, where they are not there.</summary>
    public double[] Numbers(string key, int count)
    {
        var value = Find(key);
        double[] numbers = value is { ValueKind: JsonValueKind.Array } list
            ?
            [
                .. list.EnumerateArray().Select(item =>
                    item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number)
                    && double.IsFinite(number) ? number : 0),
            ]
            : [];
        problems.Require(
            numbers.Length == count && numbers.All(number => number > 0), _place + key,
            $"{count} numbers above zero", value is null ? "nothing" : $"{numbers.Count(number => number > 0)} of them",
            Fix);
        return numbers;
    }

    /// <summary>A factor of something that may be switched off with 0.</summary>
    /// <param name="key">Name of the member.</param>
    /// <param name="standard">What an absent member stands for.</param>
    public double Factor(string key, double standard) =>
        Read<double>(
            key, standard, "a number from 0",
            value => value.TryGetDouble(out var number) && number >= 0 && double.IsFinite(number) ? number : null, 0);

    public bool Truth(string key, bool standard)
    {
        var value = Find(key);
        problems.Require(
            value is null or { ValueKind: JsonValueKind.True or JsonValueKind.False }, _place + key,
            "true or false",
            value?.GetRawText() ?? "nothing", Fix);
        return value is { ValueKind: JsonValueKind.True } || (value is null && standard);
    }

    /// <summary>Adds a problem where a key has another value than the one that its absence means.</summary>
    public void RequireAbsentOr(string key, string json)
    {
        var found = Find(key)?.GetRawText() ?? json;
        problems.Require(
            found == json, _place + key, $"{json}, or no such key", found,
            "name a model of the published form");
    }

    /// <summary>Adds a problem where a key has several ids: the published models have one.</summary>
    public void RequireOneId(string key)
    {
        var found = Find(key);
        problems.Require(
            found is null || found.Value.ValueKind != JsonValueKind.Array || found.Value.GetArrayLength() == 1,
            _place + key, "one id: here a text ends with one piece of the tokenizer",
            found?.GetRawText() ?? "nothing",
            "keep the id that ends a document, such as 2; one that ends a chat turn belongs to a later training");
    }

    private T Read<T>(string key, T? standard, string expected, Func<JsonElement, T?> convert, T standIn)
        where T : struct
    {
        var value = Find(key);
        var result = value is null
            ? standard
            : value.Value.ValueKind == JsonValueKind.Number ? convert(value.Value) : null;
        problems.Require(result is not null, _place + key, expected, value?.GetRawText() ?? "nothing", Fix);
        return result ?? standIn;
    }

    private JsonElement? Find(string key) =>
        root.ValueKind == JsonValueKind.Object
        && root.TryGetProperty(key, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
}
