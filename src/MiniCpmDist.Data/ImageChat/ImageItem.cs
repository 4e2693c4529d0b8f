using MiniCpmDist.Core.Images;
using MiniCpmDist.Data.Chat;

namespace MiniCpmDist.Data.ImageChat;

/// <summary>A conversation that is packed as a whole, and its pictures.</summary>
/// <param name="Text">What is packed.</param>
/// <param name="Pictures">Files and their parts, in the order in which they stand.</param>
/// <param name="Places">The first position of each part of all pictures, from the conversation's beginning.</param>
internal sealed record ImageItem(
    ChatItem Text, IReadOnlyList<(string File, SlicePlan Plan)> Pictures, IReadOnlyList<int> Places);
