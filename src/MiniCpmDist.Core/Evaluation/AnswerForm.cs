namespace MiniCpmDist.Core.Evaluation;

/// <summary>How a set says which answer is right.</summary>
public enum AnswerForm
{
    /// <summary>By the letter or label of an option.</summary>
    Letter,

    /// <summary>By the number of an option, from 0.</summary>
    Index,

    /// <summary>By the text of an option.</summary>
    Text,

    /// <summary>There are no options: the answer is a text of its own.</summary>
    Free,
}
