namespace MiniCpmDist.Core.Chat;

/// <summary>After which answers a template puts the tokenizer's end piece.</summary>
public enum EndPiece
{
    /// <summary>After each answer, so that a model learns to stop in a conversation, too.</summary>
    Every,

    /// <summary>After the last answer only, as the scripts published with MiniCPM do it.</summary>
    Last,

    /// <summary>After none: text of the template ends an answer.</summary>
    Never,
}
