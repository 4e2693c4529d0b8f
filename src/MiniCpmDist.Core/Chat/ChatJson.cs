using System.Text.Json;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Chat;

/// <summary>Finds conversations and pairs of answers in JSON objects.</summary>
public static class ChatJson
{
    /// <summary>How a conversation may be written, for messages.</summary>
    public const string ConversationExpected =
        "an object with `messages` (each with `role` and `content`), or with `instruction`, `input` and `output`";

    /// <summary>How a pair may be written, for messages.</summary>
    public const string PreferenceExpected =
        "an object with `prompt` (a text or messages), `chosen` and `rejected` (texts, or messages that end with the "
        + "answer)";

    private static readonly (string Word, ChatRole Role)[] s_roles =
    [
        ("system", ChatRole.System), ("user", ChatRole.User), ("assistant", ChatRole.Assistant),
    ];

    /// <summary>A conversation that ends with an answer.</summary>
    /// <exception cref="FormatException">The object has none, or one whose messages are out of order.</exception>
    public static Conversation Conversation(JsonElement sample)
    {
        if (sample.ValueKind != JsonValueKind.Object)
            throw new FormatException("no object");
        if (Has(sample, "messages", out var messages))
            return Checked(new Conversation(Messages(messages, "messages")), endsWithAnswer: true);
        if (!Has(sample, "instruction", out _))
        {
            throw new FormatException(
                sample.TryGetProperty("chosen", out _) && sample.TryGetProperty("rejected", out _)
                    ? "a pair of answers, which `minicpm dpo` takes"
                    : "neither `messages` nor `instruction`");
        }
        var input = Has(sample, "input", out _) ? Text(sample, "input") : "";
        var question = Text(sample, "instruction") + (input.Length > 0 ? "\n" + input : "");
        var system = Has(sample, "system", out _) ? Text(sample, "system") : "";
        return Checked(
            new Conversation(
            [
                .. system.Length > 0 ? [new ChatMessage(ChatRole.System, system)] : Array.Empty<ChatMessage>(),
                new ChatMessage(ChatRole.User, question),
                new ChatMessage(ChatRole.Assistant, Text(sample, "output")),
            ]),
            endsWithAnswer: true);
    }

    /// <summary>Two answers to one prompt.</summary>
    /// <exception cref="FormatException">The object has none, or the messages are out of order.</exception>
    public static Preference Preference(JsonElement sample)
    {
        if (sample.ValueKind != JsonValueKind.Object || !sample.TryGetProperty("chosen", out var chosen)
            || !sample.TryGetProperty("rejected", out var rejected))
        {
            throw new FormatException(
                sample.ValueKind == JsonValueKind.Object && sample.TryGetProperty("messages", out _)
                    ? "a conversation, which `minicpm sft` takes"
                    : "no object with `chosen` and `rejected`");
        }
        if (chosen.ValueKind == JsonValueKind.Array)
            return OfMessages(Messages(chosen, "chosen"), Messages(rejected, "rejected"));
        if (!sample.TryGetProperty("prompt", out var prompt))
            throw new FormatException("texts without a `prompt`");
        var asked = prompt.ValueKind == JsonValueKind.Array
            ? new Conversation(Messages(prompt, "prompt"))
            : new Conversation([new ChatMessage(ChatRole.User, Text(sample, "prompt"))]);
        return new Preference(
            Checked(asked, endsWithAnswer: false), Text(sample, "chosen"), Text(sample, "rejected"));
    }

    // Every row of a table has all of its columns, null where a sample lacks them.
    private static bool Has(JsonElement sample, string name, out JsonElement member) =>
        sample.TryGetProperty(name, out member) && member.ValueKind != JsonValueKind.Null;

    private static Preference OfMessages(List<ChatMessage> chosen, List<ChatMessage> rejected)
    {
        if (!chosen.SkipLast(1).SequenceEqual(rejected.SkipLast(1)))
            throw new FormatException("`chosen` and `rejected` have different prompts");
        Checked(new Conversation(chosen), endsWithAnswer: true);
        Checked(new Conversation(rejected), endsWithAnswer: true);
        return new Preference(new Conversation([.. chosen.SkipLast(1)]), chosen[^1].Text, rejected[^1].Text);
    }

    private static Conversation Checked(Conversation conversation, bool endsWithAnswer)
    {
        string[] problems = [.. conversation.Problems(endsWithAnswer)];
        return problems.Length == 0 ? conversation : throw new FormatException(string.Join("; ", problems));
    }

    private static List<ChatMessage> Messages(JsonElement list, string name)
    {
        if (list.ValueKind != JsonValueKind.Array)
            throw new FormatException($"`{name}` is no list of messages");
        return [.. list.EnumerateArray().Select((message, i) => Message(message, $"{name}[{i}]"))];
    }

    private static ChatMessage Message(JsonElement message, string name)
    {
        if (message.ValueKind != JsonValueKind.Object)
            throw new FormatException($"`{name}` is no message with `role` and `content`");
        var role = Text(message, "role");
        var known = s_roles.Where(entry => entry.Word == role).ToArray();
        return known is [var (_, found)]
            ? new ChatMessage(found, Text(message, "content"))
            : throw new FormatException(
                $"the role `{PlainText.Of(role)}` in `{name}` is none of system, user, assistant");
    }

    private static string Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.String)
            throw new FormatException($"`{name}` is missing or no text");
        try
        {
            return member.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new FormatException($"`{name}` has an escape that is half of a surrogate pair and no character");
        }
    }
}
