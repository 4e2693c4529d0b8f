namespace MiniCpmDist.Core.Chat;

/// <summary>Who has written a message.</summary>
public enum ChatRole
{
    System,
    User,
    Assistant,
}
