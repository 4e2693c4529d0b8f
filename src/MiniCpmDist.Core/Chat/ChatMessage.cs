namespace MiniCpmDist.Core.Chat;

/// <summary>A message of a conversation.</summary>
/// <param name="Role">Who has written it.</param>
/// <param name="Text">As it is in the data; a template may have to break its own marks in it.</param>
public sealed record ChatMessage(ChatRole Role, string Text);
