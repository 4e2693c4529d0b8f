using System.Text.RegularExpressions;

namespace MiniCpmDist.Core.Chat;

/// <summary>
/// How a conversation is written as one text. It is data: a file says all of this. A document's begin piece stands in
/// front of every conversation and is not part of a template.
/// </summary>
public sealed partial record ChatTemplate
{
    /// <summary>What the template is called.</summary>
    public required string Name { get; init; }

    /// <summary>Text in front of the system message, and after it.</summary>
    public string SystemBefore { get; init; } = "";

    public string SystemAfter { get; init; } = "";

    /// <summary>Text in front of each question, and after it.</summary>
    public string UserBefore { get; init; } = "";

    public string UserAfter { get; init; } = "";

    /// <summary>Text in front of each answer: a model that is asked goes on from here.</summary>
    public string AnswerBefore { get; init; } = "";

    /// <summary>Text that ends an answer. A model learns to write it, and a conversation stops at it.</summary>
    public string AnswerEnd { get; init; } = "";

    /// <summary>Text after the end of an answer; no model learns it.</summary>
    public string AnswerAfter { get; init; } = "";

    /// <summary>Where the tokenizer's end piece ends an answer, after <see cref="AnswerEnd"/>.</summary>
    public EndPiece EndPiece { get; init; } = EndPiece.Every;

    /// <summary>
    /// The words of the template that mean something: those in angle brackets, and of texts without any the whole text.
    /// </summary>
    public IReadOnlyList<string> Marks =>
    [
        .. new[] { SystemBefore, SystemAfter, UserBefore, UserAfter, AnswerBefore, AnswerEnd, AnswerAfter }
            .SelectMany(text => Bracketed().Matches(text) is { Count: > 0 } found
                ? found.Select(match => match.Value)
                : [text.Trim()])
            .Where(mark => mark.Length > 1)
            .Distinct()
            .OrderByDescending(mark => mark.Length),
    ];

    /// <summary>
    /// The text of a message as it is written into a conversation. A space after the first character breaks each mark
    /// of the template that stands in it: what somebody writes never becomes the structure of a conversation.
    /// </summary>
    public string Quote(string text)
    {
        foreach (var mark in Marks)
            text = text.Replace(mark, $"{mark[0]} {mark[1..]}", StringComparison.Ordinal);
        return text;
    }

    /// <summary>The stretches of a conversation, in order.</summary>
    /// <param name="conversation">Its order has been checked.</param>
    /// <param name="onlyLast">Only the last answer is scored, as in a pair of answers to one prompt.</param>
    public IEnumerable<ChatSpan> Render(Conversation conversation, bool onlyLast = false)
    {
        var answers = conversation.Messages.Count(message => message.Role == ChatRole.Assistant);
        var answer = 0;
        foreach (var message in conversation.Messages)
        {
            if (message.Role != ChatRole.Assistant)
            {
                var (before, after) = message.Role == ChatRole.System
                    ? (SystemBefore, SystemAfter)
                    : (UserBefore, UserAfter);
                yield return new ChatSpan(before + Quote(message.Text) + after, IsScored: false);
                continue;
            }
            answer++;
            var isScored = !onlyLast || answer == answers;
            yield return new ChatSpan(AnswerBefore, IsScored: false);
            yield return new ChatSpan(Quote(message.Text), isScored);
            if (AnswerEnd.Length > 0)
                yield return new ChatSpan(AnswerEnd, isScored) { EndOfAnswer = answer };
            if (EndPiece == EndPiece.Every || (EndPiece == EndPiece.Last && answer == answers))
                yield return new ChatSpan(null, isScored) { EndOfAnswer = answer };
            yield return new ChatSpan(AnswerAfter, IsScored: false);
        }
    }

    /// <summary>The stretches of a conversation that ends with a question, up to where a model answers.</summary>
    public IEnumerable<ChatSpan> Ask(Conversation conversation) =>
        Render(conversation).Append(new ChatSpan(AnswerBefore, IsScored: false));

    [GeneratedRegex(@"<[^<>\s]+>")]
    private static partial Regex Bracketed();
}
