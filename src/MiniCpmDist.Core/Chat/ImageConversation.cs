using System.Text.Json;

namespace MiniCpmDist.Core.Chat;

/// <summary>A conversation about pictures.</summary>
/// <param name="Conversation">Each picture stands in it as <see cref="Mark"/>.</param>
/// <param name="Images">Files, in the order in which they stand in the text.</param>
public sealed record ImageConversation(Conversation Conversation, IReadOnlyList<string> Images)
{
    /// <summary>What each question is about, as its sample says; empty where it does not.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>The character that stands for a picture: Unicode's object replacement character.</summary>
    public const char Mark = '\ufffc';

    /// <summary>How samples may be written, for messages.</summary>
    public const string Expected =
        "an object with `image` (a file, or a list of files) and `conversations` (each with `role` and `content`, in "
        + "which <image> stands for a picture)";

    private const string Tag = "<image>";

    private static readonly (string Word, ChatRole Role)[] s_roles =
    [
        ("system", ChatRole.System), ("user", ChatRole.User), ("assistant", ChatRole.Assistant),
        ("human", ChatRole.User), ("gpt", ChatRole.Assistant),
    ];

    /// <summary>
    /// Reads a sample. Pictures that no text names stand before the first question. The end of a line after a picture
    /// belongs to the tag, because layouts have their own.
    /// </summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ImageConversation Read(JsonElement sample)
    {
        if (sample.ValueKind != JsonValueKind.Object
            || !sample.TryGetProperty("conversations", out var turns) || turns.ValueKind != JsonValueKind.Array)
            throw new FormatException("no object with `conversations`");
        var images = Files(sample);
        ChatMessage[] messages = [.. turns.EnumerateArray().Select(Message)];
        var named = messages.Sum(message => message.Text.Count(letter => letter == Mark));
        if (named == 0 && images.Count > 0 && Array.FindIndex(messages, IsQuestion) is >= 0 and var first)
        {
            messages[first] = messages[first] with { Text = new string(Mark, images.Count) + messages[first].Text };
            named = images.Count;
        }
        if (named != images.Count)
            throw new FormatException($"{images.Count} pictures, and {named} times {Tag}");
        if (messages.Any(message => !IsQuestion(message) && message.Text.Contains(Mark)))
            throw new FormatException("a picture outside of a question");
        var conversation = new Conversation(messages);
        string[] problems = [.. conversation.Problems(endsWithAnswer: true)];
        return problems.Length == 0
            ? new ImageConversation(conversation, images) { Kinds = KindsOf(sample) }
            : throw new FormatException(string.Join("; ", problems));
    }

    private static bool IsQuestion(ChatMessage message) => message.Role == ChatRole.User;

    private static IReadOnlyList<string> Files(JsonElement sample)
    {
        if (!sample.TryGetProperty("image", out var image) || image.ValueKind == JsonValueKind.Null)
            return [];
        return image.ValueKind == JsonValueKind.Array
            ? [.. image.EnumerateArray().Select(file => Text(file, "image"))]
            : [Text(image, "image")];
    }

    private static IReadOnlyList<string> KindsOf(JsonElement sample) =>
        sample.TryGetProperty("kinds", out var kinds) && kinds.ValueKind == JsonValueKind.Array
            ? [.. kinds.EnumerateArray().Select(kind => Text(kind, "kinds"))]
            : [];

    private static ChatMessage Message(JsonElement turn, int number)
    {
        var where = FormattableString.Invariant($"conversations[{number}]");
        if (turn.ValueKind != JsonValueKind.Object)
            throw new FormatException($"`{where}` is no message with `role` and `content`");
        var word = Member(turn, where, "role", "from");
        var text = Member(turn, where, "content", "value");
        if (text.Contains(Mark))
            throw new FormatException($"`{where}` has the character U+FFFC, which stands for a picture here");
        return s_roles.Where(entry => entry.Word == word).ToArray() is [var (_, role)]
            ? new ChatMessage(role, text
                .Replace(Tag + "\n", Mark.ToString(), StringComparison.Ordinal)
                .Replace(Tag, Mark.ToString(), StringComparison.Ordinal))
            : throw new FormatException($"the role in `{where}` is none of system, user, assistant");
    }

    private static string Member(JsonElement turn, string where, string name, string otherName) =>
        turn.TryGetProperty(name, out var member) || turn.TryGetProperty(otherName, out member)
            ? Text(member, $"{where}.{name}")
            : throw new FormatException($"`{where}` has no `{name}`");

    private static string Text(JsonElement element, string name)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String
                ? element.GetString()!
                : throw new FormatException($"`{name}` is no text");
        }
        catch (InvalidOperationException)
        {
            throw new FormatException($"`{name}` has an escape that is half of a surrogate pair and no character");
        }
    }
}
