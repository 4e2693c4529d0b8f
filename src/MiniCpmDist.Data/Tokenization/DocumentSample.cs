using System.Text;
using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Data.Tokenization;

/// <summary>
/// An even sample of a stream of unknown length in one pass and bounded memory: every document draws a number from
/// (seed, its place), and the smallest numbers stay as long as their texts fit together. The same corpus gives the same
/// sample.
/// </summary>
internal sealed class DocumentSample(long maximumBytes, ulong seed)
{
    private const string Stream = "tokenizer-sample";
    private const int LargestShare = 16;

    private readonly PriorityQueue<(long Place, byte[] Text), ulong> _kept = new(
        Comparer<ulong>.Create((a, b) => b.CompareTo(a)));
    private ulong _limit = ulong.MaxValue;

    /// <summary>Documents offered so far.</summary>
    public long Offered { get; private set; }

    /// <summary>Documents in the sample.</summary>
    public int Count => _kept.Count;

    /// <summary>Bytes of UTF-8 in the sample.</summary>
    public long Bytes { get; private set; }

    public void Offer(string text)
    {
        var place = Offered++;
        var draw = CounterRandom.UInt64(seed, Stream, (ulong)place);
        // Once a number was too large, all larger ones stay out even if their texts would fit. Otherwise short texts
        // would have better chances.
        if (draw >= _limit)
            return;
        var utf8 = Encoding.UTF8.GetBytes(Head(text));
        _kept.Enqueue((place, utf8), draw);
        Bytes += utf8.Length;
        while (Bytes > maximumBytes && _kept.TryDequeue(out var dropped, out _limit))
            Bytes -= dropped.Text.Length;
    }

    /// <summary>The sample in the order of the corpus, a newline after each text.</summary>
    public byte[] Concatenated()
    {
        var all = new byte[Bytes + Count];
        var at = 0;
        foreach (var text in Texts())
        {
            text.CopyTo(all, at);
            all[at + text.Length] = (byte)'\n';
            at += text.Length + 1;
        }
        return all;
    }

    /// <summary>The texts of the sample in the order of the corpus.</summary>
    public IEnumerable<byte[]> Texts() => _kept.UnorderedItems
        .Select(item => item.Element)
        .OrderBy(element => element.Place)
        .Select(element => element.Text);

    // One endless document must not become the whole sample. A UTF-16 unit takes at most three bytes.
    private string Head(string text)
    {
        var units = (int)Math.Min(text.Length, Math.Max(1, maximumBytes / LargestShare / 3));
        if (units < text.Length && char.IsHighSurrogate(text[units - 1]))
            units--;
        return text[..units];
    }
}
