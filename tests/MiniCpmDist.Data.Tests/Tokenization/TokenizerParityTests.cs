using System.Text;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Tests.Tokenization;

/// <summary>Ids and texts are those of SentencePiece's own programs, whatever the text and the model.</summary>
public sealed class TokenizerParityTests(MixedModels models) : IClassFixture<MixedModels>
{
    [Theory]
    [MemberData(nameof(MixedModels.Names), MemberType = typeof(MixedModels))]
    public void Ids_are_those_of_spm_encode(string model)
    {
        var expected = SpmTool.Encode(models[model].Path, MixedText.Lines.Select(line => line.Line));

        Assert.Equal(MixedText.Lines.Count, expected.Count);
        foreach (var ((name, line), ids) in MixedText.Lines.Zip(expected))
            AssertSame(name, ids, models[model].Encode(line));
    }

    [Theory]
    [MemberData(nameof(MixedModels.Names), MemberType = typeof(MixedModels))]
    public void Texts_are_those_of_spm_decode(string model)
    {
        var lines = MixedText.Lines
            .Select(line => (line.Name, Ids: models[model].Encode(line.Line)))
            .Concat(RandomIds(models[model]))
            .Where(line => line.Ids.Length > 0)
            .ToList();
        var expected = SpmTool.Decode(models[model].Path, lines.Select(line => line.Ids));

        Assert.Equal(lines.Count, expected.Count);
        foreach (var ((name, ids), text) in lines.Zip(expected))
            AssertSame(name, Encoding.UTF8.GetString(text), models[model].Decode(ids));
    }

    [Theory]
    [InlineData("ours")]
    [InlineData("minicpm")]
    public void A_text_of_characters_comes_back_from_its_ids_whatever_the_model_has_seen(string model)
    {
        foreach (var (name, line) in MixedText.Lines)
        {
            // The model writes U+2581 for a space, so that one cannot come back as itself.
            var text = Encoding.UTF8.GetString(line).Replace('▁', '_');
            AssertSame(name, text, models[model].Decode(models[model].Encode(text)));
        }
    }

    [Fact]
    public void Training_learns_the_pieces_that_spm_train_learns_with_MiniCPMs_flags() =>
        Assert.Equal(Spelled(models["minicpm"]), Spelled(models["ours"]));

    [Fact]
    public void Bytes_that_form_no_character_are_read_as_the_replacement_character_each()
    {
        var replaced = models["ours"].Encode("a\uFFFD\uFFFDb");
        Assert.Equal(replaced, models["ours"].Encode([(byte)'a', 0xE4, 0xBD, (byte)'b']));
        Assert.Equal("a\uFFFD\uFFFDb", models["ours"].Decode(replaced));
    }

    // Byte pieces in any order form hardly any character; begin, end and unknown stand among them.
    private static IEnumerable<(string Name, int[] Ids)> RandomIds(Tokenizer tokenizer)
    {
        var random = new Random(3);
        int[] allowed =
        [
            .. Enumerable.Range(0, tokenizer.PieceCount).Where(id => tokenizer.Piece(id) is not ("\n" or "<0x0A>"))
        ];
        for (var i = 0; i < 50; i++)
            yield return ($"random ids {i}", random.GetItems(allowed, 40));
    }

    private static List<string> Spelled(Tokenizer tokenizer) =>
        [.. Enumerable.Range(0, tokenizer.PieceCount).Select(tokenizer.Piece)];

    // By name, because nobody finds a difference in a megabyte that a test prints.
    private static void AssertSame<T>(string name, IEnumerable<T> expected, IEnumerable<T> found) =>
        Assert.True(expected.SequenceEqual(found), $"{name}: expected {Head(expected)}, found {Head(found)}");

    private static string Head<T>(IEnumerable<T> items) => string.Join(' ', items.Take(60));
}
