namespace MiniCpmDist.Core.Chat;

/// <summary>Two answers to one prompt.</summary>
/// <param name="Prompt">A conversation that ends with a question.</param>
/// <param name="Chosen">The answer that is preferred.</param>
/// <param name="Rejected">The other one.</param>
public sealed record Preference(Conversation Prompt, string Chosen, string Rejected)
{
    /// <summary>The conversation with the answer that is preferred.</summary>
    public Conversation WithChosen => Prompt.With(ChatRole.Assistant, Chosen);

    /// <summary>The conversation with the other answer.</summary>
    public Conversation WithRejected => Prompt.With(ChatRole.Assistant, Rejected);
}
