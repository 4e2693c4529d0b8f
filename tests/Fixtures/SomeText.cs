using System.Text;

namespace MiniCpmDist.Tests.Fixtures;

/// <summary>Made-up English: always the same for the same seed.</summary>
public static class SomeText
{
    private static readonly string[] s_words =
        ("the of and a model learns tokens from text with rate warm decay stable phase rank lane gradient small large "
            + "loss when every step adds what others have read before long documents end in quiet places where numbers "
            + "grow").Split(' ');

    public static IEnumerable<string> Documents(int count, int seed = 1)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
            yield return Document(random, i);
    }

    private static string Document(Random random, int index)
    {
        var text = new StringBuilder($"Document {index}\n\n");
        for (var line = random.Next(3, 12); line > 0; line--)
        {
            var words = Enumerable.Range(0, random.Next(5, 15)).Select(_ => s_words[random.Next(s_words.Length)]);
            text.AppendJoin(' ', words).Append(".\n");
        }
        return text.ToString();
    }
}
