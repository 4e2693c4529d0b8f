namespace MiniCpmDist.Core.Chat;

/// <summary>Keeps a conversation within the window of a model.</summary>
public static class ChatHistory
{
    /// <summary>
    /// Leaves out the oldest questions with their answers until the rest fits. A system message and the newest question
    /// stay, whatever their length.
    /// </summary>
    /// <param name="conversation">Ends with a question.</param>
    /// <param name="room">Tokens that it may take.</param>
    /// <param name="tokens">Counts the tokens of a conversation.</param>
    public static Conversation Fit(Conversation conversation, int room, Func<Conversation, int> tokens)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        ArgumentNullException.ThrowIfNull(tokens);
        while (tokens(conversation) > room)
        {
            var first = conversation.Messages[0].Role == ChatRole.System ? 1 : 0;
            if (conversation.Messages.Count - first < 3)
                break;
            conversation = new Conversation(
                [.. conversation.Messages.Take(first), .. conversation.Messages.Skip(first + 2)]);
        }
        return conversation;
    }
}
