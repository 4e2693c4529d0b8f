using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Data.Chat;

/// <summary>
/// A sample that is packed as a whole: a conversation, or both answers of a pair, each after the prompt, or both after
/// one prompt.
/// </summary>
/// <param name="Stem">What both answers of a pair follow; empty where they follow nothing in common.</param>
/// <param name="Conversations">One, or two of which the first has the answer that is preferred.</param>
/// <param name="TextBytes">UTF-8 bytes of what is read and of what is learned.</param>
/// <param name="LossBytes">Those of what is learned.</param>
/// <param name="IsHeldOut">Whether it is kept from training.</param>
internal sealed record ChatItem(
    ReadOnlyMemory<int> Stem, IReadOnlyList<ScoredIds> Conversations, long TextBytes, long LossBytes, bool IsHeldOut)
{
    /// <summary>Positions that it takes.</summary>
    public int Positions => Stem.Length + Conversations.Sum(conversation => conversation.Positions);

    /// <summary>The ids of its positions.</summary>
    public IEnumerable<int> Ids =>
        [.. Stem.Span, .. Conversations.SelectMany(conversation => conversation.Ids.SkipLast(1))];

    /// <summary>Ids of each conversation, with what it follows.</summary>
    public IEnumerable<int> Lengths => Conversations.Select(conversation => Stem.Length + conversation.Ids.Length);

    /// <summary>Its parts, in order.</summary>
    public IEnumerable<SequencePart> Parts =>
    [
        .. Stem.Length == 0 ? [] : (SequencePart[])[new(Stem.Length, Conversations[0].Ids[0], 0, 0)],
        .. Conversations.SelectMany(conversation => conversation.Parts()),
    ];
}
