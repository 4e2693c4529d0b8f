using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Runs;

/// <summary>One decision in a run's <c>journal.jsonl</c>, written before it acts.</summary>
/// <param name="Event">Such as <c>run-started</c>, <c>phase</c>, <c>checkpoint</c>, <c>command</c>,
/// <c>run-finished</c>, <c>branched</c>.</param>
/// <param name="Step">The update that it concerns.</param>
/// <param name="Tokens">Sequence positions consumed before it.</param>
/// <param name="Details">What else belongs to it: strings, whole numbers (long),
/// numbers (double), truth values and null.</param>
public sealed record JournalEntry(string Event, long Step, long Tokens, IReadOnlyDictionary<string, object?> Details)
{
    /// <summary>The format that this program writes, and the newest that it reads.</summary>
    public const int Format = 2;

    private const string What = "a line of journal.jsonl";
    private const string Checksum = "crc32";
    private const string ChecksumMember = $",\"{Checksum}\":\"";

    // Lines of format 1 end without a checksum.
    private const int ChecksumFormat = 2;
    private static readonly int s_endLength = ChecksumMember.Length + 8 + "\"}".Length;
    private static readonly string[] s_ownKeys = ["format", "event", "step", "tokens", Checksum];

    /// <summary>One line of JSON, without its end; its last member is the CRC-32 of the bytes before that.</summary>
    /// <exception cref="ArgumentException">A detail has a reserved name,
    /// or a value that JSON has no simple form for.</exception>
    public string Write()
    {
        var line = WriteMembers()[..^1];
        return $"{line}{ChecksumMember}{ChecksumOf(line)}\"}}";
    }

    private string WriteMembers() => Json.Line(writer =>
    {
        writer.WriteNumber("format", Format);
        writer.WriteString("event", Event);
        writer.WriteNumber("step", Step);
        writer.WriteNumber("tokens", Tokens);
        foreach (var (key, value) in Details)
            WriteDetail(writer, key, value);
    });

    /// <exception cref="FormatException">The line is no journal entry.</exception>
    /// <exception cref="ConfigurationException">A newer version of the program wrote it.</exception>
    public static JournalEntry Parse(string line) => Json.Read(line, What, members =>
    {
        var format = members.Member("format").GetInt32();
        FormatVersion.Require(format, Format, What);
        RequireChecksum(line, isOptional: format < ChecksumFormat && !members.TryGetProperty(Checksum, out _));
        return new JournalEntry(
            members.Member("event").GetString() ?? throw new FormatException("\"event\" is null."),
            members.Member("step").GetInt64(),
            members.Member("tokens").GetInt64(),
            members.EnumerateObject()
                .Where(member => !s_ownKeys.Contains(member.Name))
                .ToDictionary(member => member.Name, member => ReadDetail(member.Value)));
    });

    private static string ChecksumOf(string text) =>
        Crc32.HashToUInt32(Encoding.UTF8.GetBytes(text)).ToString("x8", CultureInfo.InvariantCulture);

    private static void RequireChecksum(string line, bool isOptional)
    {
        if (isOptional)
            return;
        var end = Math.Max(0, line.Length - s_endLength);
        var expected = $"{ChecksumMember}{ChecksumOf(line[..end])}\"}}";
        if (line[end..] != expected)
            throw new FormatException($"its checksum does not fit: the line would end in `{expected[1..]}`.");
    }

    private static void WriteDetail(Utf8JsonWriter writer, string key, object? value)
    {
        if (s_ownKeys.Contains(key))
            throw new ArgumentException($"Expected a detail with a name of its own, found `{key}`.", nameof(key));
        writer.WritePropertyName(key);
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            default:
                throw new ArgumentException(
                    $"Expected text, a number, a truth value or null for `{key}`, found {value.GetType()}.",
                    nameof(value));
        }
    }

    private static object? ReadDetail(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        _ => throw new FormatException("a detail is a list or an object."),
    };
}
