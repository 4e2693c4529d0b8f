namespace MiniCpmDist.Core.Recall;

/// <summary>What a made-up document asks for that stands far back in it.</summary>
public enum RecallKind
{
    /// <summary>One number, among sentences that have nothing to do with it.</summary>
    Passkey,

    /// <summary>The numbers of several people, each in a sentence somewhere.</summary>
    Needles,

    /// <summary>The value of a key, among other keys and their values: nothing else is in the document.</summary>
    Pairs,

    /// <summary>Words, in their order.</summary>
    Copy,
}
