namespace MiniCpmDist.Data.Tests.Deduplication;

/// <summary>Texts of random words, some of which are equal and some nearly equal.</summary>
internal static class PlantedTexts
{
    /// <summary>Texts in a random order: families of a text, an equal one and an edited one, and texts alone.</summary>
    public static List<string> Make(int families, int alone, int seed = 1)
    {
        var random = new Random(seed);
        var texts = new List<string>();
        for (var i = 0; i < families; i++)
        {
            var words = Words(random, 60);
            texts.Add(string.Join(' ', words));
            texts.Add(texts[^1]);
            // One word in the middle of sixty: similarity 51 / 61 where one is put in its place.
            words[30] = "edited";
            texts.Add(string.Join(' ', words));
        }
        for (var i = 0; i < alone; i++)
            texts.Add(string.Join(' ', Words(random, random.Next(1, 80))));
        return Shuffled(texts, random);
    }

    public static List<string> Words(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => $"w{random.Next(3000)}")];

    public static List<string> Shuffled(IEnumerable<string> texts, Random random) =>
        [.. texts.OrderBy(_ => random.Next())];
}
