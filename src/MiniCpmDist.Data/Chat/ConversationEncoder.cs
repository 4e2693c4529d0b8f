using System.Text;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Chat;

/// <summary>
/// Turns rendered conversations into ids. The text between two end pieces is tokenized at once, as a model reads it
/// later, and what a piece belongs to is told by the place where it begins.
/// </summary>
public sealed class ConversationEncoder(Tokenizer tokenizer)
{
    /// <summary>The ids of a rendered conversation, from the begin piece on.</summary>
    public ScoredIds Encode(IEnumerable<ChatSpan> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        var (ids, scored) = (new List<int> { tokenizer.BosId }, new List<bool> { false });
        var (text, borders) = (new StringBuilder(), new List<(long End, bool IsScored)>());
        var bytes = 0L;
        foreach (var span in spans)
        {
            if (span.Text is { } written)
            {
                text.Append(written);
                bytes += Encoding.UTF8.GetByteCount(written);
                borders.Add((bytes, span.IsScored));
                continue;
            }
            Flush();
            ids.Add(tokenizer.EosId);
            scored.Add(span.IsScored);
        }
        Flush();
        return new ScoredIds([.. ids], [.. scored]);

        void Flush()
        {
            if (bytes > 0)
                Append(text.ToString(), borders, ids, scored);
            text.Clear();
            borders.Clear();
            bytes = 0;
        }
    }

    private void Append(
        string text, List<(long End, bool IsScored)> borders, List<int> ids, List<bool> scored)
    {
        var (found, begins) = tokenizer.EncodeWithPlaces(text);
        var border = 0;
        for (var i = 0; i < found.Length; i++)
        {
            while (border < borders.Count - 1 && begins[i] >= borders[border].End)
                border++;
            ids.Add(found[i]);
            scored.Add(borders[border].IsScored);
        }
    }
}
