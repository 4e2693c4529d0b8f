namespace MiniCpmDist.Core.Chat;

/// <summary>Messages in order: a system message or none, then questions and answers in turn.</summary>
/// <param name="Messages">At least one.</param>
public sealed record Conversation(IReadOnlyList<ChatMessage> Messages)
{
    /// <summary>What is wrong with the order of the messages; empty where nothing is.</summary>
    /// <param name="endsWithAnswer">The last message is an answer, as in training data; else a question.</param>
    public IEnumerable<string> Problems(bool endsWithAnswer)
    {
        if (Messages.Count(message => message.Role == ChatRole.System) > 1)
            yield return "two system messages";
        for (var i = 0; i < Messages.Count; i++)
        {
            var before = i == 0 ? null : (ChatRole?)Messages[i - 1].Role;
            var problem = (Messages[i].Role, before) switch
            {
                (ChatRole.System, not null and not ChatRole.System) => $"message {i + 1} is a system message",
                (ChatRole.Assistant, not ChatRole.User) => $"message {i + 1} is an answer without a question",
                (ChatRole.User, ChatRole.User) => $"message {i + 1} is a second question before an answer",
                _ => null,
            };
            if (problem is not null)
                yield return problem;
            if (string.IsNullOrWhiteSpace(Messages[i].Text) && Messages[i].Role != ChatRole.System)
                yield return $"message {i + 1} is empty";
        }
        var last = endsWithAnswer ? ChatRole.Assistant : ChatRole.User;
        if (Messages.Count == 0)
            yield return "no message";
        else if (Messages[^1].Role != last)
            yield return endsWithAnswer ? "the last message is no answer" : "the last message is no question";
    }

    /// <summary>This conversation and one more message.</summary>
    public Conversation With(ChatRole role, string text) => new([.. Messages, new ChatMessage(role, text)]);
}
