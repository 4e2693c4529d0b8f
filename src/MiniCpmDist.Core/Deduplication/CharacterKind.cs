namespace MiniCpmDist.Core.Deduplication;

/// <summary>What a character is to the words of a text.</summary>
internal enum CharacterKind : byte
{
    /// <summary>It ends a word and is part of none.</summary>
    Separator,

    /// <summary>It is part of a word, with its neighbours of this kind.</summary>
    PartOfWord,

    /// <summary>It is a word by itself.</summary>
    WholeWord,
}
