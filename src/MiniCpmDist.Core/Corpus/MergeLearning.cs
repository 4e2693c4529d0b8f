using System.Runtime.InteropServices;
using System.Text;

namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// Learns which neighbouring pieces of a byte-pair model to join into new ones: always the pair that is most frequent
/// in some words, as byte-pair encoding does it from letters (Sennrich et al. 2016), here from the pieces that a model
/// has. Every new piece can be reached, because it is made of two that the model finds side by side. A character
/// without a piece becomes one before any pair that is less frequent.
/// </summary>
public sealed class MergeLearning
{
    private const int MostCharacters = 16;    // SentencePiece's own bound
    private const char Space = '\u2581';

    private readonly List<string> _texts;
    private readonly Dictionary<string, (int Id, long Count)> _characters = [];
    private readonly Dictionary<string, int> _known = [];
    private readonly Dictionary<string, int> _wordNumbers = [];
    private readonly List<int[]> _words = [];
    private readonly List<long> _counts = [];
    private readonly Dictionary<(int Left, int Right), long> _pairs = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, string Text, int Left)> _queue = new(
        Comparer<(long Count, string Text, int Left)>.Create(Earlier));

    /// <param name="texts">The pieces by id; empty for those that are never joined, such as bytes and special
    /// ones.</param>
    public MergeLearning(IReadOnlyList<string> texts)
    {
        _texts = [.. texts];
        foreach (var (id, text) in texts.Index())
            _known.TryAdd(text, id);
    }

    /// <summary>
    /// The id that stands here for a character without a piece of its own, once more in the texts; null for one that is
    /// none of a text.
    /// </summary>
    public int? AddCharacter(Rune character)
    {
        if (Rune.IsControl(character) || Rune.IsWhiteSpace(character) || character.Value is Space or 0xFFFD)
            return null;
        var text = character.ToString();
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(_characters, text, out var isKnown);
        if (!isKnown)
        {
            found.Id = _texts.Count;
            _texts.Add(text);
        }
        found.Count++;
        return found.Id;
    }

    /// <summary>Adds the ids of a text. It is divided into words where a piece begins with a space.</summary>
    public void Add(ReadOnlySpan<int> ids)
    {
        var start = 0;
        for (var end = 1; end <= ids.Length; end++)
        {
            if (end < ids.Length && Joined(ids[end - 1], ids[end]) is not null)
                continue;
            if (end - start > 1)
                AddWord(ids[start..end]);
            start = end;
        }
    }

    /// <summary>Learns new pieces.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="leastCount">A pair that occurs less often makes none.</param>
    /// <returns>Their texts, in the order in which they are to be joined.</returns>
    public IReadOnlyList<string> Learn(int most, long leastCount = 2)
    {
        for (var word = 0; word < _words.Count; word++)
            Count(word, sign: 1);
        foreach (var (pair, count) in _pairs)
            Enqueue(pair, count);
        var learned = new List<string>();
        var characters = new Queue<(string Text, int Id, long Count)>(_characters
            .Where(character => character.Value.Count >= leastCount)
            .Select(character => (character.Key, character.Value.Id, character.Value.Count))
            .OrderByDescending(character => character.Count)
            .ThenBy(character => character.Key, StringComparer.Ordinal));
        while (learned.Count < most)
        {
            if (characters.TryPeek(out var character)
                && (!_queue.TryPeek(out _, out var next) || character.Count >= next.Count))
            {
                characters.Dequeue();
                _known.Add(character.Text, character.Id);
                learned.Add(character.Text);
                continue;
            }
            if (!_queue.TryDequeue(out var pair, out var priority))
                break;
            // An entry with an old count: the pair has another one by now.
            if (_pairs.GetValueOrDefault(pair) != priority.Count)
                continue;
            if (priority.Count < leastCount)
                break;
            var text = priority.Text;
            if (!_known.TryGetValue(text, out var id))
            {
                id = _texts.Count;
                _texts.Add(text);
                _known.Add(text, id);
                learned.Add(text);
            }
            Merge(pair, id);
        }
        return learned;
    }

    private void AddWord(ReadOnlySpan<int> ids)
    {
        var key = new string(MemoryMarshal.Cast<int, char>(ids));
        if (!_wordNumbers.TryGetValue(key, out var number))
        {
            number = _words.Count;
            _wordNumbers.Add(key, number);
            _words.Add(ids.ToArray());
            _counts.Add(0);
        }
        _counts[number]++;
    }

    private void Merge((int Left, int Right) pair, int id)
    {
        var touched = new HashSet<(int, int)>();
        foreach (var word in _places[pair].Order().ToList())
        {
            Count(word, sign: -1, touched);
            var merged = new List<int>();
            var old = _words[word];
            for (var at = 0; at < old.Length; at++)
            {
                var isPair = at + 1 < old.Length && (old[at], old[at + 1]) == pair;
                merged.Add(isPair ? id : old[at]);
                at += isPair ? 1 : 0;
            }
            _words[word] = [.. merged];
            Count(word, sign: 1, touched);
        }
        foreach (var changed in touched)
            Enqueue(changed, _pairs.GetValueOrDefault(changed));
    }

    private void Count(int word, int sign, HashSet<(int, int)>? touched = null)
    {
        var ids = _words[word];
        for (var at = 1; at < ids.Length; at++)
        {
            var pair = (ids[at - 1], ids[at]);
            if (Joined(pair.Item1, pair.Item2) is null)
                continue;
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out _);
            count += sign * _counts[word];
            ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, pair, out _);
            places ??= [];
            if (sign > 0)
                places.Add(word);
            else
                places.Remove(word);
            touched?.Add(pair);
        }
    }

    private void Enqueue((int Left, int Right) pair, long count)
    {
        if (count > 0)
            _queue.Enqueue(pair, (count, _texts[pair.Left] + _texts[pair.Right], _texts[pair.Left].Length));
    }

    // The most frequent first; among equals texts decide, so that the order of the texts does not.
    private static int Earlier((long Count, string Text, int Left) left, (long Count, string Text, int Left) right) =>
        left.Count != right.Count ? right.Count.CompareTo(left.Count)
        : string.CompareOrdinal(left.Text, right.Text) is not 0 and var order ? order
        : left.Left.CompareTo(right.Left);

    /// <summary>The text of two pieces together; null where no piece may hold it.</summary>
    private string? Joined(int left, int right)
    {
        var (first, second) = (_texts[left], _texts[right]);
        if (first.Length == 0 || second.Length == 0 || second.Contains(Space) || first.AsSpan(1).Contains(Space))
            return null;
        var text = first + second;
        var (characters, kinds) = (0, 0);
        foreach (var rune in text.AsSpan(first[0] == Space ? 1 : 0).EnumerateRunes())
        {
            characters++;
            kinds |= KindOf(rune);
        }
        // One kind only: a word ends at punctuation, and Chinese at a Latin letter, as in SentencePiece's training.
        return characters <= MostCharacters && kinds is 0 or CasedLetter or OtherLetter or Sign ? text : null;
    }

    private const int CasedLetter = 1;
    private const int OtherLetter = 2;
    private const int Sign = 4;
    private const int Alone = 8;

    private static int KindOf(Rune rune)
    {
        if (Rune.IsDigit(rune) || Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            return Alone;
        if (!Rune.IsLetter(rune))
        {
            return Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark ? 0 : Sign;
        }
        return Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.OtherLetter
            ? OtherLetter : CasedLetter;
    }
}
