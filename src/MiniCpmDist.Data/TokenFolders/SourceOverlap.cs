using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>
/// How much of what one source holds out is trained on through another, by 12-grams of tokens. The loss on such
/// passages tells what a model remembers and not what it has learned.
/// </summary>
/// <param name="HeldOut">The source that holds out.</param>
/// <param name="Train">The source that is trained on.</param>
/// <param name="Ngrams">12-grams of the held-out split, as far as it was looked at.</param>
/// <param name="FoundNgrams">Those that the training split has too, as far as it was looked at.</param>
/// <param name="Passages">Held-out documents, or parts of one within a sequence, of twelve tokens or more.</param>
/// <param name="FoundPassages">Those of which at least half of the 12-grams were found.</param>
/// <param name="ShareRead">How much of the training split was looked at, 0 to 1.</param>
public sealed record SourceOverlap(
    string HeldOut, string Train, long Ngrams, long FoundNgrams, long Passages, long FoundPassages, double ShareRead)
{
    /// <summary>Held-out tokens of a source that are looked at.</summary>
    public const long MostHeldOutTokens = 1 << 20;

    /// <summary>Training tokens of a source that are looked at: about a second.</summary>
    public const long MostTrainTokens = 1 << 26;

    private const double WorthTelling = 0.01;

    /// <summary>The share of held-out passages that are trained on; estimated where not everything was read.</summary>
    public double Share => Passages == 0 ? 0 : Math.Min(1, FoundPassages / ShareRead / Passages);

    /// <summary>
    /// True from one passage in a hundred on. A smaller share is what texts of one language have in common.
    /// </summary>
    public bool IsWorthAWarning => FoundPassages > 0 && Share >= WorthTelling;

    /// <summary>Looks at every source's held-out text in every other source's training text.</summary>
    /// <param name="sources">Of one tokenizer. A split may be named by several.</param>
    /// <param name="mostTrainTokens">Of larger training splits, so much is read, spread evenly.</param>
    public static IReadOnlyList<SourceOverlap> Measure(
        IReadOnlyList<(string Name, TokenDataset Train, TokenDataset HeldOut)> sources,
        long mostTrainTokens = MostTrainTokens)
    {
        if (sources.Count < 2)
            return [];
        var table = new NgramTable(sources.Sum(source => Spread(source.HeldOut, MostHeldOutTokens).Tokens));
        foreach (var source in sources)
            ForEachPassage(source.HeldOut, MostHeldOutTokens, table.Add);
        var overlaps = new List<SourceOverlap>();
        foreach (var train in sources)
        {
            table.Forget();
            ForEachPassage(train.Train, mostTrainTokens, table.Find);
            overlaps.AddRange(sources.Where(source => source != train).Select(source => Count(source, train)));
        }
        return overlaps;

        SourceOverlap Count(
            (string Name, TokenDataset Train, TokenDataset HeldOut) source,
            (string Name, TokenDataset Train, TokenDataset HeldOut) train)
        {
            var (ngrams, foundNgrams, passages, foundPassages) = (0L, 0L, 0L, 0L);
            ForEachPassage(source.HeldOut, MostHeldOutTokens, ids =>
            {
                var (all, found) = table.Count(ids);
                (ngrams, foundNgrams) = (ngrams + all, foundNgrams + found);
                passages += all > 0 ? 1 : 0;
                foundPassages += all > 0 && found * 2 >= all ? 1 : 0;
            });
            return new SourceOverlap(
                source.Name, train.Name, ngrams, foundNgrams, passages, foundPassages,
                Spread(train.Train, mostTrainTokens).Share);
        }
    }

    private static (long Sequences, long Tokens, double Share) Spread(TokenDataset set, long mostTokens)
    {
        var sequences = Math.Min(set.SequenceCount, Math.Max(1, mostTokens / set.SequenceLength));
        return (sequences, sequences * set.SequenceLength,
            set.SequenceCount == 0 ? 1 : (double)sequences / set.SequenceCount);
    }

    private delegate void Passage(ReadOnlySpan<long> ids);

    private static void ForEachPassage(TokenDataset set, long mostTokens, Passage passage)
    {
        var ids = new long[set.SequenceLength];
        var targets = new long[set.SequenceLength];
        var lengths = new List<int>();
        var sequences = Spread(set, mostTokens).Sequences;
        for (var i = 0L; i < sequences; i++)
        {
            var index = (long)((Int128)i * set.SequenceCount / sequences);
            lengths.Clear();
            set.Read(index, ids, targets, lengths);
            var at = 0;
            foreach (var part in set.Parts(index))
            {
                passage(ids.AsSpan(at, part.Length));
                at += part.Length;
            }
        }
    }
}
