using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recall;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Recall;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Recall;

public sealed class RecallFileTests(TinyTokenizer tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Documents_fill_sequences_of_their_length_exactly_and_answers_alone_bear_loss()
    {
        var file = File("recall.jsonl") with { Lengths = [256], Count = 60 };
        file.Write();

        DataBuild.Run(new DataBuildOptions([file.Output], tiny.Path, _folder.Path("data"))
        {
            SequenceLength = 512,
            HeldOutFraction = 0.1,
        });

        using var set = TokenDataset.Open(_folder.Path("data"), "train");
        Assert.InRange(set.SequenceCount, 20, 30);
        for (var i = 0L; i < set.SequenceCount; i++)
        {
            var parts = set.Parts(i);
            Assert.Equal([256, 256], parts.Select(part => part.Length));
            Assert.All(parts, part => Assert.InRange(part.LossTokens, 2, 120));
        }
        var reach = DocumentReach.Of(set, [0, 128, 256]);
        // The answers alone bear loss, and stand at the end.
        Assert.Equal([1.0, 1.0, 0.0], reach.Beyond.Select(reach.Share));
        Assert.True(DocumentReach.Any(set, 255));
        Assert.False(DocumentReach.Any(set, 256));
    }

    [Fact]
    public void The_same_options_give_the_same_file_and_another_seed_another_one()
    {
        File("one.jsonl").Write();
        File("two.jsonl").Write();
        (File("three.jsonl") with { Seed = 2 }).Write();

        Assert.Equal(Text("one.jsonl"), Text("two.jsonl"));
        Assert.NotEqual(Text("one.jsonl"), Text("three.jsonl"));
    }

    [Fact]
    public void Kinds_and_lengths_take_turns_and_plain_texts_have_no_input()
    {
        var made = (File("plain.jsonl") with { Count = 8, Lengths = [256, 384], IsPlain = true }).Write();

        Assert.Equal(
            [(RecallKind.Passkey, 2), (RecallKind.Needles, 2), (RecallKind.Pairs, 2), (RecallKind.Copy, 2)], made);
        var texts = Text("plain.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!);
        // A plain text is one piece, so that its count may differ from that of its halves by the blank between them.
        Assert.All(
            texts.Select((text, i) => (Count: tiny.Tokenizer.Encode(text).Length, Length: i < 4 ? 256 : 384)),
            entry => Assert.InRange(entry.Count, entry.Length - 2, entry.Length));
    }

    [Fact]
    public void A_length_without_room_for_the_question_leaves_no_file()
    {
        var problem = Assert.Single(Assert.Throws<ConfigurationException>(
            () => (File("short.jsonl") with { Lengths = [16] }).Write()).Problems);

        Assert.Contains("for this question and its answer", problem.Expected, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Root, "short*"));
        Assert.Equal(2, Assert.Throws<ConfigurationException>(
            () => new RecallFile(_folder.Path("none.model"), _folder.Path("none/out.jsonl")).Write()).Problems.Count);
    }

    [Fact]
    public void Documents_that_are_too_short_or_too_long_are_left_out_and_counted()
    {
        (File("mixed.jsonl") with { Lengths = [160, 256, 384], Count = 120, Kinds = [RecallKind.Passkey] }).Write();

        var manifest = DataBuild.Run(new DataBuildOptions(
            [_folder.Path("mixed.jsonl")], tiny.Path, _folder.Path("bounded"))
        {
            SequenceLength = 256,
            HeldOutFraction = 0.1,
            Packing = Packing.Concatenate,
            Bounds = new(200, 300),
        }).Manifest;

        Assert.Equal((40, 80), (manifest.Train.Documents + manifest.HeldOut.Documents, manifest.DocumentsLeftOut));
        Assert.Equal(80, DataManifest.Read(_folder.Path("bounded")).DocumentsLeftOut);
        var refused = Assert.Throws<ConfigurationException>(() => DataBuild.Run(new DataBuildOptions(
            [_folder.Path("mixed.jsonl")], tiny.Path, _folder.Path("empty"))
        {
            Bounds = new(1000, 999),
        }));
        Assert.Equal("min-tokens", Assert.Single(refused.Problems).Where);
    }

    private RecallFile File(string name) => new(tiny.Path, _folder.Path(name))
    {
        Kinds = [RecallKind.Passkey, RecallKind.Needles, RecallKind.Pairs, RecallKind.Copy],
        Lengths = [320],
        Count = 8,
        Needles = 2,
    };

    private string Text(string name) => System.IO.File.ReadAllText(_folder.Path(name));
}
