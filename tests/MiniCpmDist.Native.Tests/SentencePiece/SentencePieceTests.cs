using System.Diagnostics;
using System.Text;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.SentencePiece;

namespace MiniCpmDist.Native.Tests.SentencePiece;

public sealed class SentencePieceTests(ToyModel toy) : IClassFixture<ToyModel>
{
    private static readonly string[] s_lines =
    [
        "the model learns from text",
        "Unseen Capitals, and 12,345 digits!",
        "emoji 🦜 and flags 🇳🇱, 小钢炮 trains",
        "  leading,   inner and trailing spaces  ",
        "tab\tand \"quotes\" and \\ backslash",
        "naïve café façade — “quoted”",
    ];

    public static TheoryData<string> Lines => [.. s_lines, "", " ", "two\nlines\r\n", "zero\0byte"];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Decoding_gives_back_what_was_encoded(string text) =>
        Assert.Equal(text, toy.Processor.Decode(toy.Processor.Encode(text)));

    [Fact]
    public void Ids_are_those_of_spm_encode()
    {
        var start = new ProcessStartInfo("spm_encode", [$"--model={toy.Path}", "--output_format=id"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        using var encoder = Process.Start(start)!;
        encoder.StandardInput.Write(string.Join('\n', s_lines) + "\n");
        encoder.StandardInput.Close();
        var output = encoder.StandardOutput.ReadToEnd().TrimEnd('\n').Split('\n');
        encoder.WaitForExit();

        Assert.Equal(output, s_lines.Select(line => string.Join(' ', toy.Processor.Encode(line))));
    }

    [Fact]
    public void Text_longer_than_the_first_guess_at_its_ids_is_encoded_whole()
    {
        // Each control picture is three bytes, each a piece of its own; the joined text also outgrows any stack buffer.
        var text = string.Concat(Enumerable.Repeat("␀🦜", 50_000));
        Assert.Equal(text, toy.Processor.Decode(toy.Processor.Encode(text)));
    }

    [Fact]
    public void A_model_has_the_pieces_it_was_asked_for_and_the_usual_special_ids()
    {
        Assert.Equal(400, toy.Processor.PieceCount);
        Assert.Equal((0, 1, 2), (toy.Processor.UnknownId, toy.Processor.BosId, toy.Processor.EosId));
        Assert.Equal(["<unk>", "<s>", "</s>", "<0x00>"], Enumerable.Range(0, 4).Select(toy.Processor.Piece));
    }

    [Fact]
    public void Training_twice_gives_the_same_bytes() =>
        Assert.Equal(
            File.ReadAllBytes(toy.Path), SentencePieceTrainer.Train(ToyModel.Options(400), ToyModel.Sentences()));

    [Fact]
    public void More_pieces_than_the_text_can_give_are_refused_in_the_words_of_the_library()
    {
        var problem = Assert.Throws<NativeException>(
            () => SentencePieceTrainer.Train(ToyModel.Options(100_000), ToyModel.Sentences()));
        Assert.Contains("Vocabulary size", problem.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void An_unknown_option_is_refused()
    {
        var options = new Dictionary<string, string>(ToyModel.Options(400)) { ["no_such_option"] = "1" };
        Assert.Throws<NativeException>(() => SentencePieceTrainer.Train(options, ToyModel.Sentences()));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(400)]
    public void An_id_that_is_no_piece_is_refused(int id)
    {
        var problem = Assert.Throws<NativeException>(() => toy.Processor.Decode([id]));
        Assert.Contains($"expected an id from 0 to 399, found {id}", problem.Message, StringComparison.Ordinal);
        Assert.Throws<NativeException>(() => toy.Processor.Piece(id));
    }

    [Fact]
    public void A_missing_model_and_a_file_that_is_none_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("text.model"), "no model at all");
        Assert.Throws<NativeException>(() => SentencePieceProcessor.Load(folder.File("missing.model")));
        Assert.Throws<NativeException>(() => SentencePieceProcessor.Load(folder.File("text.model")));
    }

    [Fact]
    public void Every_processor_and_trained_model_is_released_by_its_owner()
    {
        var before = NativeLibraries.LiveObjects;
        using (SentencePieceProcessor.Load(toy.Path))
        {
            Assert.Equal(before + 1, NativeLibraries.LiveObjects);
        }
        SentencePieceTrainer.Train(ToyModel.Options(400), ToyModel.Sentences());
        Assert.Equal(before, NativeLibraries.LiveObjects);
        Assert.Equal(0, SafeNativeHandle.ReleasedByFinalizer);
    }
}
