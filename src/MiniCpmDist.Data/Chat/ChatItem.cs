using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Data.Chat;

/// <summary>
/// A sample that is packed as a whole: a conversation, or both answers of a pair, each after the prompt.
/// </summary>
/// <param name="Conversations">One, or two of which the first has the answer that is preferred.</param>
/// <param name="TextBytes">UTF-8 bytes of what is read and of what is learned.</param>
/// <param name="LossBytes">Those of what is learned.</param>
/// <param name="IsHeldOut">Whether it is kept from training.</param>
internal sealed record ChatItem(
    IReadOnlyList<ScoredIds> Conversations, long TextBytes, long LossBytes, bool IsHeldOut)
{
    /// <summary>Positions that it takes.</summary>
    public int Positions => Conversations.Sum(conversation => conversation.Positions);

    /// <summary>The ids of its positions.</summary>
    public IEnumerable<int> Ids => Conversations.SelectMany(conversation => conversation.Ids.SkipLast(1));

    /// <summary>Its parts, in order.</summary>
    public IEnumerable<SequencePart> Parts => Conversations.SelectMany(conversation => conversation.Parts());
}
