using System.Text.Json;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.Tests.ParquetFiles;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Chat;

public sealed class ChatDataBuildTests(TinyTokenizer tiny) : IDisposable
{
    private const int Length = 256;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_fault_in_many_samples_does_not_hide_another_one()
    {
        string[] samples = [.. Enumerable.Repeat("""{"chosen":"a","rejected":"b","prompt":"c"}""", 50), "nonsense"];
        var file = _folder.Write("pairs.jsonl", string.Join("\n", samples));

        var problems = Assert.Throws<ConfigurationException>(
            () => ChatDataBuild.Run(Options(file), _folder.Path("bad"))).Problems;

        Assert.Equal(
            [$"{file}:1", $"{file}:2", $"{file}:3", $"{file}:51", "the data"],
            problems.Select(problem => problem.Where));
        Assert.Contains("`minicpm dpo`", problems[0].Found, StringComparison.Ordinal);
        Assert.Equal("47 more samples with problems", problems[^1].Found);
    }

    [Fact]
    public void Lines_an_array_and_packed_files_of_the_same_samples_make_the_same_folder()
    {
        string[] samples = [.. Enumerable.Range(0, 60).Select(i => Sample($"What is {i}?", $"It is {i}."))];
        string[] files =
        [
            _folder.Write("a.jsonl", string.Join("\n", samples)),
            _folder.Write("b.json", $"[{string.Join(",\n", samples)}]"),
            _folder.Write("c.jsonl.gz", string.Join("\n\n", samples)),
            _folder.Write("d.json.gz", $" [{string.Join(",", samples)}]"),
            WrittenParquet.Write(
                _folder, "e.parquet",
                Enumerable.Range(0, 60).Select(i => ChatRow.Of($"What is {i}?", $"It is {i}.")), groupRows: 25),
        ];

        var manifests = files.Select((file, i) =>
        {
            ChatDataBuild.Run(Options(file), _folder.Path($"data-{i}"));
            return DataManifest.Read(_folder.Path($"data-{i}"));
        }).ToArray();

        Assert.Single(manifests.Select(manifest => manifest.Train).Select(split => split.TokensSha256).Distinct());
        Assert.Single(manifests.Select(manifest => manifest.Train).Select(split => split.IndexSha256).Distinct());
        Assert.All(manifests, manifest => Assert.Equal(Packing.Conversations, manifest.Packing));
    }

    [Fact]
    public void A_sequence_holds_whole_conversations_and_only_answers_and_their_ends_bear_loss()
    {
        var samples = Enumerable.Range(0, 40).Select(i => Sample($"Say {i} twice.", $"{i} and {i}."));
        var report = Build(samples, out var folder);

        using var dataset = TokenDataset.Open(folder, "train");
        var learned = new List<string>();
        for (var i = 0L; i < dataset.SequenceCount; i++)
            learned.AddRange(Learned(dataset, i));

        Assert.Equal(40, report.Packed);
        Assert.Equal(
            Enumerable.Range(0, 40).Select(i => $"{i} and {i}.").Order(StringComparer.Ordinal),
            learned.Order(StringComparer.Ordinal));
        var sequences = Enumerable.Range(0, (int)dataset.SequenceCount);
        Assert.Equal(report.LossTokens, sequences.Sum(i => dataset.LossTokens(i)));
        Assert.Equal(40, sequences.Sum(i => dataset.ScoredDocuments(i)));
        Assert.Equal(40, report.ScoredEnds);
    }

    [Fact]
    public void Two_answers_of_a_conversation_share_its_attention()
    {
        var messages = new[] { ("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d") };
        Build([Sample(messages)], out var folder);

        using var dataset = TokenDataset.Open(folder, "train");
        var segments = new List<int>();
        dataset.Read(0, new long[Length], new long[Length], segments);

        Assert.Equal(2, segments.Count);        // the conversation, and what fills the sequence up
        Assert.Equal([true, false, false], dataset.Parts(0).Select(part => part.GoesOn));
        Assert.Equal(segments[0], dataset.Parts(0).Take(2).Sum(part => part.Length));
        Assert.Equal(["b", "d"], Learned(dataset, 0));
    }

    [Fact]
    public void What_is_too_long_is_dropped_and_counted_and_never_cut()
    {
        var report = Build([Sample("short", "yes"), Sample("long", string.Join(' ', SomeText.Documents(20)))], out _);

        Assert.Equal((2, 1, 1), (report.Samples, report.Packed, report.TooLong));
    }

    [Fact]
    public void All_broken_samples_are_named_with_their_lines_and_nothing_is_made()
    {
        var file = _folder.Write(
            "bad.jsonl", "{\"messages\":[]}\n" + Sample("q", "a") + "\nnope\n{\"text\":\"x\"}\n");

        var problems = Assert.Throws<ConfigurationException>(
            () => ChatDataBuild.Run(Options(file), _folder.Path("bad"))).Problems;

        Assert.Equal([$"{file}:1", $"{file}:3", $"{file}:4"], problems.Select(problem => problem.Where));
        Assert.False(Directory.Exists(_folder.Path("bad")));
        Assert.False(Directory.Exists(_folder.Path("bad.partial")));
    }

    [Fact]
    public void Pairs_lie_side_by_side_and_equal_answers_are_dropped()
    {
        string[] pairs =
        [
            JsonSerializer.Serialize(new { prompt = "one?", chosen = "yes", rejected = "no" }),
            JsonSerializer.Serialize(new { prompt = "two?", chosen = "same", rejected = "same" }),
        ];

        var report = Build(pairs, out var folder, isPreferences: true);

        using var dataset = TokenDataset.Open(folder, "train");
        Assert.Equal((2, 1, 1), (report.Samples, report.Packed, report.EqualAnswers));
        Assert.Equal(2, dataset.ScoredDocuments(0));
        Assert.Equal(["yes", "no"], Learned(dataset, 0));
    }

    [Fact]
    public void Both_answers_of_a_pair_follow_one_copy_of_the_prompt_with_its_last_id_for_each()
    {
        string[] pairs =
        [
            JsonSerializer.Serialize(new { prompt = "one?", chosen = "yes", rejected = "no" }),
            JsonSerializer.Serialize(new { prompt = "two?", chosen = "no", rejected = "yes" }),
        ];
        var separate = Options(_folder.Write("pairs.jsonl", string.Join('\n', pairs))) with
        {
            IsPreferences = true,
            SharesPrompts = false,
        };
        ChatDataBuild.Run(separate, _folder.Path("separate"));
        var report = ChatDataBuild.Run(separate with { SharesPrompts = true }, _folder.Path("shared"));

        using var apart = TokenDataset.Open(_folder.Path("separate"), "train");
        using var shared = TokenDataset.Open(_folder.Path("shared"), "train");
        var (expected, found) = (
            MicroBatch.Read([apart], [new SequenceRef(0, 0)]), MicroBatch.Read([shared], [new SequenceRef(0, 0)]));
        // The filling comes last in both.
        var documents = Documents(expected)[..^1];
        Assert.Equal(Packing.Pairs, DataManifest.Read(_folder.Path("shared")).Packing);
        Assert.Equal([0, 1, 2, 0, 1, 2, 0], found.SegmentLengths.Branches);
        Assert.Equal(documents, Documents(found)[..^1]);
        Assert.Equal(report.UsedPositions, found.SegmentLengths.SkipLast(1).Sum());
        Assert.Equal(apart.LossTokens(0), shared.LossTokens(0));
        Assert.Equal(apart.ScoredDocuments(0), shared.ScoredDocuments(0));
        Assert.Equal(["yes", "no", "no", "yes"], Learned(shared, 0));
        using var tokenizer = Tokenizer.Load(shared.TokenizerPath);
        var text = SequenceText.Read(shared, tokenizer, 0).Text;
        Assert.Equal(4, text.Split("[branch]").Length - 1);
        Assert.StartsWith("[filling]", text.Split('\n')[^1], StringComparison.Ordinal);
    }

    /// <summary>Each document as a model reads it: ids and positions, with those of its stem.</summary>
    private static string[] Documents(MicroBatch batch)
    {
        var (documents, stem, first) = (new List<string>(), Array.Empty<long>(), 0);
        for (var i = 0; i < batch.SegmentLengths.Count; i++)
        {
            var isBranch = batch.SegmentLengths.Branches[i] > 0;
            var isStem = i + 1 < batch.SegmentLengths.Count && batch.SegmentLengths.Branches[i + 1] == 1;
            var ids = batch.Ids.AsSpan(first, batch.SegmentLengths[i]).ToArray();
            var begin = batch.SegmentLengths.Positions().ElementAt(first);
            Assert.Equal(isBranch ? stem.Length : 0, begin);
            if (isStem)
                stem = ids;
            else
                documents.Add(string.Join(' ', isBranch ? [.. stem, .. ids] : ids));
            first += batch.SegmentLengths[i];
        }
        return [.. documents];
    }

    [Fact]
    public void A_sample_shows_what_is_learned_and_says_what_never_is()
    {
        var file = _folder.Write(
            "chat.jsonl", Sample([("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d")]));

        var every = Assert.Single(ChatSampleText.Read(Options(file)));
        var last = Assert.Single(ChatSampleText.Read(
            Options(file) with { Template = ChatTemplateFile.Find("minicpm-2b-published")! }));

        Assert.Contains("【b</s>】", every.Text, StringComparison.Ordinal);
        Assert.Empty(every.NeverScored);
        Assert.Contains("【b】", last.Text, StringComparison.Ordinal);
        Assert.Equal(["end of turn after answer 1: not scored"], last.NeverScored);
    }

    private static IEnumerable<string> Learned(TokenDataset dataset, long index)
    {
        using var tokenizer = Tokenizer.Load(dataset.TokenizerPath);
        var (ids, targets) = (new long[Length], new long[Length]);
        var segments = new List<int>();
        dataset.Read(index, ids, targets, segments);
        var ends = segments.Select((_, i) => segments.Take(i + 1).Sum()).ToHashSet();
        var run = new List<int>();
        for (var i = 0; i < Length; i++)
        {
            if (targets[i] != TokenDataset.NoLoss)
                run.Add((int)targets[i]);
            if (run.Count > 0 && (targets[i] == TokenDataset.NoLoss || ends.Contains(i + 1)))
            {
                Assert.Equal(tokenizer.EosId, run[^1]);
                yield return tokenizer.Decode([.. run]).Trim();
                run.Clear();
            }
        }
    }

    private ChatDataReport Build(IEnumerable<string> samples, out string folder, bool isPreferences = false)
    {
        var file = _folder.Write("samples.jsonl", string.Join("\n", samples));
        folder = _folder.Path("data");
        return ChatDataBuild.Run(Options(file) with { IsPreferences = isPreferences }, folder);
    }

    private ChatDataOptions Options(string file) =>
        new([file], tiny.Path, ChatTemplateFile.Find("minicpm-2b")!, Length) { HeldOutFraction = 0 };

    private static string Sample(string question, string answer) =>
        Sample([("user", question), ("assistant", answer)]);

    private static string Sample(IEnumerable<(string Role, string Content)> messages) => JsonSerializer.Serialize(
        new { messages = messages.Select(message => new { role = message.Role, content = message.Content }) });

    private sealed class ChatRow
    {
        // A table has every column in every row.
        public List<MessageRow>? messages { get; set; }

        public string? instruction { get; set; }

        public string? input { get; set; }

        public string? output { get; set; }

        public static ChatRow Of(string question, string answer) => question.Length % 2 == 0
            ? new() { instruction = question, output = answer }
            : new()
            {
                messages =
                [
                    new() { role = "user", content = question }, new() { role = "assistant", content = answer },
                ],
            };
    }

    private sealed class MessageRow
    {
        public string? role { get; set; }

        public string? content { get; set; }
    }
}
