using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace MiniCpmDist.Core.Corpus;

/// <summary>Finds the texts of a line of JSON without making a string of anything.</summary>
public static class JsonSample
{
    private const int Text = 0;
    private const int Input = 1;
    private const int Output = 2;
    private const int Fields = 3;
    private const int AllFields = (1 << Fields) - 1;

    // Other members may be nested to any depth beside a text; the reader takes one bit for each level.
    private static readonly JsonReaderOptions s_anyDepth = new() { MaxDepth = int.MaxValue };

    private enum State
    {
        Missing,
        NotAString,
        Found,
    }

    /// <summary>Reads one line.</summary>
    /// <param name="line">One JSON object, UTF-8.</param>
    /// <param name="fields">Where its texts are.</param>
    /// <param name="sample">Takes them; what it holds after a problem means nothing.</param>
    /// <returns>Null, or in a few words why the line gives no sample.</returns>
    public static string? Read(ReadOnlySpan<byte> line, FieldMap fields, Sample sample)
    {
        sample.Clear();
        if (!Utf8.IsValid(line))
            return "not valid UTF-8";
        var reader = new Utf8JsonReader(line, s_anyDepth);
        Span<State> states = stackalloc State[Fields];
        states.Clear();
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                return Rest(ref reader) ?? "not a JSON object";
            var problem = Walk(ref reader, fields, sample, states, depth: 0, AllFields);
            // The line is read to its end even after a problem: a line that is not JSON at all is reported as that.
            return Rest(ref reader) ?? problem ?? Judge(fields, sample, states);
        }
        catch (JsonException e)
        {
            return $"not JSON: byte {e.BytePositionInLine}";
        }
        catch (InvalidOperationException)
        {
            return "a key is not valid UTF-8";     // half of a surrogate pair, escaped
        }
    }

    private static string? Rest(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }
        return null;
    }

    // In an object `depth` keys down; `open` are the fields whose keys so far are those on the way here.
    private static string? Walk(
        ref Utf8JsonReader reader, FieldMap fields, Sample sample, scoped Span<State> states, int depth, int open)
    {
        string? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var here = Matching(ref reader, fields, depth, open);
            reader.Read();
            var below = 0;
            for (var field = 0; field < Fields; field++)
            {
                if ((here & (1 << field)) == 0)
                    continue;
                if (fields.Paths[field].Length > depth + 1)
                    below |= 1 << field;
                else
                    problem ??= Take(ref reader, fields, sample, states, field);
            }
            if (below != 0 && reader.TokenType == JsonTokenType.StartObject)
                problem ??= Walk(ref reader, fields, sample, states, depth + 1, below);
            else
                reader.Skip();
        }
        return problem;
    }

    private static int Matching(ref Utf8JsonReader reader, FieldMap fields, int depth, int open)
    {
        var here = 0;
        for (var field = 0; field < Fields; field++)
        {
            if ((open & (1 << field)) != 0 && reader.ValueTextEquals(fields.Paths[field][depth]))
                here |= 1 << field;
        }
        return here;
    }

    private static string? Take(
        ref Utf8JsonReader reader, FieldMap fields, Sample sample, scoped Span<State> states, int field)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            states[field] = State.NotAString;
            return null;
        }
        // A text wins over a pair, whichever comes first.
        if (field == Output && states[Text] == State.Found)
            return null;
        var buffer = field == Input ? sample.Input : sample.Output;
        buffer.ResetWrittenCount();
        states[field] = State.Found;
        try
        {
            buffer.Advance(reader.CopyString(buffer.GetSpan(reader.ValueSpan.Length + 1)));
            return null;
        }
        catch (InvalidOperationException)
        {
            return $"\"{fields.Names[field]}\" has an escape that is half of a surrogate pair and no character";
        }
    }

    private static string? Judge(FieldMap fields, Sample sample, scoped Span<State> states)
    {
        var hasText = states[Text] != State.Missing;
        if (!hasText && states[Input] == State.Missing && states[Output] == State.Missing)
            return $"the object has no \"{fields.Text}\", nor \"{fields.Input}\" and \"{fields.Output}\"";
        if (hasText)
            sample.Input.ResetWrittenCount();
        foreach (var field in hasText ? (ReadOnlySpan<int>)[Text] : [Input, Output])
        {
            if (states[field] == State.Missing)
                return $"the object has no \"{fields.Names[field]}\"";
            if (states[field] == State.NotAString)
                return $"\"{fields.Names[field]}\" is not a string";
        }
        return IsBlank(sample.Output.WrittenSpan) ? $"\"{(hasText ? fields.Text : fields.Output)}\" is empty" : null;
    }

    /// <summary>True where there is nothing but white space.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(utf8, out var rune, out var bytes);
            if (status != OperationStatus.Done || !Rune.IsWhiteSpace(rune))
                return false;
            utf8 = utf8[bytes..];
        }
        return true;
    }
}
