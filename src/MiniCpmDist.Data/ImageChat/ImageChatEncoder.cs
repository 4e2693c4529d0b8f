using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.ImageChat;

/// <summary>
/// Turns rendered conversations with pictures into ids, and says where features stand. What stands between two pictures
/// is tokenized at once.
/// </summary>
public sealed class ImageChatEncoder(Tokenizer tokenizer, VisionShape vision)
{
    /// <summary>The id below features, which nobody reads: the unknown piece, as in the published models.</summary>
    private const int Placeholder = 0;

    private readonly ConversationEncoder _texts = new(tokenizer);

    /// <summary>The ids of a rendered conversation, from the begin piece on.</summary>
    /// <param name="spans">Of a conversation, pictures as <see cref="ImageConversation.Mark"/>.</param>
    /// <param name="plans">Of the pictures, in order.</param>
    /// <returns>The ids, and the first position of each part.</returns>
    public (ScoredIds Ids, IReadOnlyList<int> Places) Encode(
        IEnumerable<ChatSpan> spans, IReadOnlyList<SlicePlan> plans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        ArgumentNullException.ThrowIfNull(plans);
        var (ids, scored, places) = (new List<int> { tokenizer.BosId }, new List<bool> { false }, new List<int>());
        var (pending, picture) = (new List<ChatSpan>(), 0);
        foreach (var span in spans)
        {
            if (span.Text is null)
            {
                pending.Add(span);
                continue;
            }
            foreach (var (i, text) in span.Text.Split(ImageConversation.Mark).Index())
            {
                if (i > 0)
                {
                    Flush();
                    AppendPicture(plans[picture++], ids, places);
                    scored.AddRange(Enumerable.Repeat(false, ids.Count - scored.Count));
                }
                if (text.Length > 0)
                    pending.Add(span with { Text = text });
            }
        }
        Flush();
        return (new ScoredIds([.. ids], [.. scored]), places);

        void Flush()
        {
            var encoded = _texts.Encode(pending);
            // Its begin piece stands in front of the conversation already.
            ids.AddRange(encoded.Ids.AsSpan(1));
            scored.AddRange(encoded.IsScored.AsSpan(1));
            pending.Clear();
        }
    }

    private void AppendPicture(SlicePlan plan, List<int> ids, List<int> places)
    {
        var features = 0;
        foreach (var piece in vision.Layout.Pieces(plan, vision.Queries))
        {
            if (piece is not null)
            {
                ids.AddRange(tokenizer.Encode(piece));
                continue;
            }
            if (features++ % vision.Queries == 0)
                places.Add(ids.Count);
            ids.Add(Placeholder);
        }
    }
}
