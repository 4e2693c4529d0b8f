using System.Text.Json;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.ImageChat;
using MiniCpmDist.Data.Images;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.ImageChat;

public sealed class ImageChatBuildTests(TinyScenes scenes) : IClassFixture<TinyScenes>, IDisposable
{
    private const int Queries = 4;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_picture_is_whole_in_its_sequence_with_all_parts_in_order_on_placeholders()
    {
        var pictures = Directory.GetFiles(Path.Combine(scenes.Scenes, "images"), "train-*.png")
            .ToDictionary(file => file, file => Parts(file));
        using var dataset = TokenDataset.Open(scenes.Data, "train");
        var (ids, targets) = (new long[dataset.SequenceLength], new long[dataset.SequenceLength]);
        var found = new List<string>();
        for (var sequence = 0L; sequence < dataset.SequenceCount; sequence++)
        {
            var segments = new List<int>();
            dataset.Read(sequence, ids, targets, segments);
            var parts = dataset.Pictures(sequence);
            Assert.Equal(0, parts.Count % 5);
            foreach (var five in parts.Chunk(5))
            {
                found.Add(pictures.Single(
                    picture => picture.Value.Zip(five).All(pair => Same(pair.First, pair.Second.Part))).Key);
                // One conversation holds the whole picture.
                Assert.Single(five.Select(part => SegmentOf(segments, part.Position)).Distinct());
                foreach (var part in five)
                {
                    var (at, end) = ((int)part.Position, (int)part.Position + Queries);
                    Assert.All(ids[at..end], id => Assert.Equal(0, id));
                    Assert.NotEqual(0, ids[at - 1]);
                    Assert.NotEqual(0, ids[end]);
                    Assert.All(targets[(at - 1)..end], target => Assert.Equal(TokenDataset.NoLoss, target));
                }
            }
        }
        // A caption and questions about each.
        Assert.Equal(pictures.Keys.SelectMany(file => (string[])[file, file]).Order(), found.Order());
    }

    [Fact]
    public void Texts_are_what_the_template_makes_of_the_conversation_around_the_layout_of_the_picture()
    {
        using var tokenizer = Tokenizer.Load(scenes.TokenizerPath);
        using var dataset = TokenDataset.Open(scenes.Data, "held-out");
        var texts = new List<string>();
        for (var sequence = 0L; sequence < dataset.SequenceCount; sequence++)
        {
            var ids = new long[dataset.SequenceLength];
            var segments = new List<int>();
            dataset.Read(sequence, ids, new long[dataset.SequenceLength], segments);
            var at = 0;
            foreach (var length in segments)
            {
                var kept = ids.AsSpan(at, length).ToArray().Where(id => id > 2).Select(id => (int)id);
                texts.Add(tokenizer.Decode([.. kept]).Replace(" ", "", StringComparison.Ordinal));
                at += length;
            }
        }

        const string Layout = "<image></image><slice></slice><slice></slice>\n<slice></slice><slice></slice>";
        Assert.Contains(texts, text => text.StartsWith(
            $"Q:{Layout}Describethepicture.A:Thereis", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_conversations_give_the_same_folder_to_the_byte()
    {
        ImageChatBuild.Run(scenes.Options, _folder.Path("again"), (_, _) => { });

        Assert.Equal(
            Directory.GetFiles(scenes.Data).Select(Path.GetFileName).Order(),
            Directory.GetFiles(_folder.Path("again")).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(scenes.Data), file => Assert.Equal(
            File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(_folder.Path("again"), Path.GetFileName(file)))));
    }

    [Fact]
    public void A_conversation_that_does_not_fit_is_dropped_and_counted_and_its_picture_with_it()
    {
        var report = ImageChatBuild.Run(
            scenes.Options with { SequenceLength = 170 }, _folder.Path("short"), (_, _) => { });

        Assert.Equal(scenes.Report.Samples, report.Samples);
        Assert.InRange(report.TooLong, 1, report.Samples - 1);
        Assert.Equal(report.Samples - report.TooLong, report.Packed);
        Assert.Equal(report.Packed * 5, report.Parts);
    }

    [Fact]
    public void Pictures_that_cannot_be_read_are_all_named_and_no_folder_is_made()
    {
        _folder.Write("whole.png", File.ReadAllBytes(Path.Combine(scenes.Scenes, "images", "train-000000.png")));
        _folder.Write("text.png", "no picture");
        var file = Write(
            ("whole.png", "<image>\nWhat?"), ("missing.png", "<image>\nWhat?"), ("text.png", "<image>\nWhat?"));

        var refusal = Refusal(file);

        Assert.Contains("missing.png: expected a file, found nothing of that name", refusal, StringComparison.Ordinal);
        Assert.Contains("text.png: expected a picture in JPEG, PNG or WebP", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("whole.png", refusal, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path("out")));
        Assert.False(Directory.Exists(_folder.Path("out.partial")));
    }

    [Theory]
    [InlineData("{'image': 'a.png', 'conversations': [{'role': 'user', 'content': '<image> and <image>'}, "
        + "{'role': 'assistant', 'content': 'x'}]}", "1 pictures, and 2 times <image>")]
    [InlineData("{'conversations': [{'role': 'user', 'content': '<image>'}, {'role': 'assistant', 'content': 'x'}]}",
        "0 pictures, and 1 times <image>")]
    [InlineData("{'image': 'a.png'}", "no object with `conversations`")]
    [InlineData("{'image': 3, 'conversations': []}", "`image` is no text")]
    [InlineData("{'image': 'a.png', 'conversations': [{'role': 'user', 'content': 'a'}, "
        + "{'role': 'assistant', 'content': '<image>'}]}", "a picture outside of a question")]
    [InlineData("{'image': 'a.png', 'conversations': [{'role': 'user', 'content': 'a'}]}",
        "the last message is no answer")]
    [InlineData("{'conversations': [{'role': 'painter', 'content': 'a'}]}", "the role in `conversations[0]` is none")]
    public void A_sample_that_is_none_is_told_with_what_is_wrong(string sample, string found) =>
        Assert.Contains(
            found, Refusal(_folder.Write("bad.jsonl", sample.Replace('\'', '"'))), StringComparison.Ordinal);

    [Fact]
    public void Several_pictures_stand_where_they_are_named_and_unnamed_ones_before_the_first_question()
    {
        var named = ImageConversation.Read(JsonDocument.Parse("""
            {"image": ["a.png", "b.png"], "conversations": [
                {"from": "human", "value": "Is <image> like <image>\n?"}, {"from": "gpt", "value": "No."}]}
            """).RootElement);
        var unnamed = ImageConversation.Read(JsonDocument.Parse("""
            {"image": ["a.png", "b.png"], "conversations": [
                {"role": "user", "content": "Are they alike?"}, {"role": "assistant", "content": "No."}]}
            """).RootElement);

        Assert.Equal("Is \ufffc like \ufffc?", named.Conversation.Messages[0].Text);
        Assert.Equal("\ufffc\ufffcAre they alike?", unnamed.Conversation.Messages[0].Text);
        Assert.Equal(["a.png", "b.png"], unnamed.Images);
    }

    [Fact]
    public void A_changed_file_of_pictures_is_noticed_when_the_folder_is_opened()
    {
        ImageChatBuild.Run(scenes.Options, _folder.Path("changed"), (_, _) => { });
        var file = Path.Combine(_folder.Path("changed"), "train.images");
        var content = File.ReadAllBytes(file);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(file, content);

        var refusal = Assert.Throws<ConfigurationException>(
            () => TokenDataset.Open(_folder.Path("changed"), "train")).Message;

        Assert.Contains("train.images: expected SHA-256", refusal, StringComparison.Ordinal);
    }

    private static IReadOnlyList<RgbImage> Parts(string file)
    {
        var image = ImageFile.Read(file);
        return ImageSlicer.Cut(image, TinyScenes.Vision.Slices.Plan(image.Size));
    }

    private static bool Same(RgbImage left, RgbImage right) =>
        left.Size == right.Size && left.Pixels.AsSpan().SequenceEqual(right.Pixels);

    private static int SegmentOf(List<int> lengths, long position)
    {
        var (segment, end) = (0, 0L);
        while ((end += lengths[segment]) <= position)
            segment++;
        return segment;
    }

    private string Write(params (string Image, string Question)[] samples) => _folder.Write(
        "samples.jsonl", string.Join('\n', samples.Select(sample => JsonSerializer.Serialize(new
        {
            image = sample.Image,
            conversations = new object[]
            {
                new { role = "user", content = sample.Question }, new { role = "assistant", content = "A thing." },
            },
        }))));

    private string Refusal(string file) => Assert.Throws<ConfigurationException>(() => ImageChatBuild.Run(
        scenes.Options with { Files = [file], HeldOut = [] }, _folder.Path("out"), (_, _) => { })).Message;
}
