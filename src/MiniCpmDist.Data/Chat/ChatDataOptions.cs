using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Data.Chat;

/// <summary>What chat data are made of.</summary>
/// <param name="Files">JSON arrays or JSON lines, packed with gzip or not.</param>
/// <param name="TokenizerPath">A SentencePiece <c>.model</c> file.</param>
/// <param name="Template">How a conversation is written.</param>
/// <param name="SequenceLength">Positions of a sequence.</param>
public sealed record ChatDataOptions(
    IReadOnlyList<string> Files, string TokenizerPath, ChatTemplate Template, int SequenceLength)
{
    /// <summary>The samples are pairs of answers, not conversations.</summary>
    public bool IsPreferences { get; init; }

    /// <summary>Both answers of a pair follow one copy of the prompt; else each has a copy of its own.</summary>
    public bool SharesPrompts { get; init; } = true;

    /// <summary>How the sequences are packed.</summary>
    internal Packing Packing => IsPreferences && SharesPrompts ? Packing.Pairs : Packing.Conversations;

    /// <summary>What a run calls this source.</summary>
    public string Name { get; init; } = "chat";

    /// <summary>The share of samples, at most 0.5, that is kept from training; 0 for none.</summary>
    public double HeldOutFraction { get; init; } = 0.05;
}
