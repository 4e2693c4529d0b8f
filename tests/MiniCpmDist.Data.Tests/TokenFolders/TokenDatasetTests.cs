using System.Text;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.TokenFolders;

public sealed class TokenDatasetTests(TinyTokenizer tiny) : IDisposable
{
    private const int Length = 32;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Packing.Isolate)]
    [InlineData(Packing.Concatenate)]
    public void Sequences_are_the_documents_of_the_corpus_one_after_the_other(Packing packing)
    {
        var texts = SomeText.Documents(200).ToList();
        Build(_folder.WriteJsonLines("corpus.jsonl", texts), packing);

        foreach (var split in (string[])["train", "held-out"])
        {
            var found = Positions(split, packing);
            // Which texts the split has is known by their first ids; the order is the corpus's.
            var expected = texts
                .Where(text => IsHeldOut(text) == (split == "held-out"))
                .SelectMany(text => Positions(tiny.Tokenizer.Encode(text), packing))
                .ToList();
            Assert.InRange(found.Count, expected.Count - Length + 1, expected.Count);
            Assert.Equal(expected.Take(found.Count), found);
        }
    }

    [Fact]
    public void Of_a_pair_only_the_output_and_the_end_bear_loss()
    {
        var lines = Enumerable.Range(0, 100).Select(i =>
            i % 3 == 0 ? $"{{\"text\":\"plain {i}\"}}" : $"{{\"input\":\"ask {i}\",\"output\":\"answer {i}\"}}");
        Build(_folder.Write("corpus.jsonl", string.Join('\n', lines)), Packing.Isolate, heldOut: 0.5);
        using var data = TokenDataset.Open(_folder.Path("data"), "train");

        var learned = new List<int>();
        var documents = new List<string>();
        var loss = 0L;
        for (var k = 0L; k < data.SequenceCount; k++)
        {
            var (ids, targets) = (new long[Length], new long[Length]);
            data.Read(k, ids, targets, []);
            Assert.Equal(targets.Count(target => target >= 0), data.LossTokens(k));
            loss += data.LossTokens(k);
            foreach (var target in targets.Where(target => target != TokenDataset.NoLoss))
            {
                learned.Add((int)target);
                if (target != tiny.Tokenizer.EosId)
                    continue;
                documents.Add(tiny.Tokenizer.Decode([.. learned]));
                learned.Clear();
            }
        }
        Assert.All(documents, document => Assert.Matches(@"^(plain|answer) \d+$", document));
        Assert.Contains(documents, document => document.StartsWith("answer", StringComparison.Ordinal));
        Assert.Equal(DataManifest.Read(_folder.Path("data")).Train.LossTokens, loss);
        Assert.True(loss < data.SequenceCount * Length);
    }

    [Fact]
    public void Bytes_per_token_count_the_text_that_bears_loss_and_every_token_that_does()
    {
        var texts = SomeText.Documents(200).ToList();
        Build(_folder.WriteJsonLines("corpus.jsonl", texts), Packing.Isolate);
        using var data = TokenDataset.Open(_folder.Path("data"), "train");

        var train = texts.Where(text => !IsHeldOut(text)).ToList();
        var tokens = train.Sum(text => tiny.Tokenizer.Encode(text).Length + 1);    // and the end

        Assert.Equal((double)train.Sum(Encoding.UTF8.GetByteCount) / tokens, data.BytesPerToken, 12);
    }

    [Fact]
    public void Several_threads_may_read_at_once()
    {
        Build(_folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(300)), Packing.Isolate);
        using var data = TokenDataset.Open(_folder.Path("data"), "train");
        var alone = Enumerable.Range(0, (int)data.SequenceCount).Select(Sum).ToList();

        Parallel.For(0, 20 * alone.Count, i => Assert.Equal(alone[i % alone.Count], Sum(i % alone.Count)));

        long Sum(int index)
        {
            var (ids, targets, segments) = (new long[Length], new long[Length], new List<int>());
            data.Read(index, ids, targets, segments);
            Assert.Equal(Length, segments.Sum());
            return ids.Sum() * 31 + targets.Sum();
        }
    }

    [Fact]
    public void A_missing_folder_and_a_folder_without_a_manifest_say_what_to_type()
    {
        Assert.Contains("minicpm data build", Problem(_folder.Path("nowhere")), StringComparison.Ordinal);
        Assert.Contains("without manifest.json", Problem(_folder.Root), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.Path("half.partial"));
        Assert.Contains("not been finished", Problem(_folder.Path("half")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json", "manifest")]
    [InlineData("{}", "manifest")]
    [InlineData("[]", "manifest")]
    [InlineData("{\"format\": \"one\"}", "manifest")]
    [InlineData("{\"format\": 2}", "manifest")]
    [InlineData("{\"format\": 1, \"tokenizer\": null}", "build it again")]
    [InlineData("{\"format\": 3, \"everything\": \"new\"}", "a newer minicpm wrote it")]
    public void A_manifest_that_is_broken_or_of_another_format_is_the_users_problem(string content, string says)
    {
        BuildSome();
        _folder.Write("data/manifest.json", content);
        Assert.Contains(says, Problem(_folder.Path("data")), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_folder_is_named_at_once()
    {
        BuildSome();
        Cut("data/train.tokens", 2);
        Flip("data/train.index", 100);
        _folder.Write("data/tokenizer.model", "another");

        var problem = Assert.Throws<ConfigurationException>(() => TokenDataset.Open(_folder.Path("data"), "train"));

        Assert.Equal(
            [_folder.Path("data/tokenizer.model"), _folder.Path("data/train.tokens")],
            problem.Problems.Select(one => one.Where));
        Cut("data/train.index", 1);
        Assert.Equal(
            3,
            Assert.Throws<ConfigurationException>(() =>
                TokenDataset.Open(_folder.Path("data"), "train")).Problems.Count);
    }

    [Theory]
    [InlineData("train.tokens", "no such file")]
    [InlineData("train.index", "no such file")]
    [InlineData("tokenizer.model", "no such file")]
    public void A_file_that_is_missing_is_named(string name, string says)
    {
        BuildSome();
        File.Delete(_folder.Path("data/" + name));
        var problem = Problem(_folder.Path("data"));
        Assert.Contains(name, problem, StringComparison.Ordinal);
        Assert.Contains(says, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train.tokens", 40)]
    [InlineData("train.index", 40)]      // the first part of a sequence
    [InlineData("train.index", -1)]      // the end of the last part's loss
    public void A_single_changed_bit_is_noticed_when_the_folder_is_opened(string name, int at)
    {
        BuildSome();
        Flip("data/" + name, at);
        var problem = Problem(_folder.Path("data"));
        Assert.Contains(name, problem, StringComparison.Ordinal);
        Assert.Contains("changed after the build", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_of_another_folder_are_not_taken_for_those_of_this_one()
    {
        BuildSome();
        DataBuild.Run(new DataBuildOptions(
            [_folder.WriteJsonLines("other.jsonl", SomeText.Documents(100, seed: 9))], tiny.Path, _folder.Path("other"))
        {
            SequenceLength = Length,
        });
        File.Copy(_folder.Path("other/train.tokens"), _folder.Path("data/train.tokens"), overwrite: true);
        Assert.Contains("as the manifest says", Problem(_folder.Path("data")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_file_that_changes_while_it_is_open_is_named_with_its_sequence()
    {
        BuildSome();
        using var data = TokenDataset.Open(_folder.Path("data"), "train");
        Flip("data/train.tokens", TokenFileHeader.Size + 3 * Length * 2 + 5);

        Read(2);
        var problem = Assert.Throws<ConfigurationException>(() => Read(3));

        Assert.Contains("train.tokens", problem.Message, StringComparison.Ordinal);
        Assert.Contains("sequence 3", problem.Message, StringComparison.Ordinal);

        void Read(int index) => data.Read(index, new long[Length], new long[Length], []);
    }

    [Theory]
    [InlineData("train.tokens", 0.5)]
    [InlineData("train.index", 0.99)]
    public void Of_a_folder_too_large_to_be_hashed_sequences_are_tried(string name, double where)
    {
        BuildSome();
        var split = DataManifest.Read(_folder.Path("data")).Train;
        Assert.True(split.Sequences <= 1000);
        Assert.Empty(Check().Problems);

        Flip("data/" + name, (int)(new FileInfo(_folder.Path("data/" + name)).Length * where));

        Assert.Contains(name, Assert.Single(Check().Problems).Where, StringComparison.Ordinal);

        ProblemCollector Check()
        {
            var problems = new ProblemCollector();
            using var tokens = TokenFile.Open(
                _folder.Path("data/train.tokens"), DataManifest.Read(_folder.Path("data")), split);
            using var index = TokenIndex.Open(_folder.Path("data/train.index"), split);
            DataFolderChecks.Content(tokens, index, split, problems, most: 0);
            return problems;
        }
    }

    [Theory]
    [InlineData(65_536, 2)]
    [InlineData(122_753, 4)]
    public void Ids_take_two_bytes_or_four_and_come_back_whole(int vocabulary, int bytes)
    {
        var ids = new[] { 1, vocabulary - 1, 255, 256, vocabulary / 2, 2 };
        Assert.Equal(bytes, TokenFileHeader.BytesFor(vocabulary));
        var path = _folder.Path("unit");
        var document = new UnitDocument(4, 1, 9, 5, IsHeldOut: true);
        UnitSummary summary;
        using (var writer = new UnitWriter(path, vocabulary))
        {
            writer.Append(document, ids.AsSpan(1, 4));
            var (length, checksum) = writer.Finish();
            summary = new("", [], writer.Train, writer.HeldOut, 0, length, checksum);
        }
        using var reader = new UnitReader(path, summary, vocabulary);
        var found = Array.Empty<int>();

        Assert.True(reader.Next(out var read, ref found, 1, 2));

        Assert.Equal(document, read);
        Assert.Equal(ids, found);
        Assert.False(reader.Next(out _, ref found, 1, 2));
    }

    private void BuildSome() =>
        Build(_folder.WriteJsonLines("corpus.jsonl", SomeText.Documents(100)), Packing.Isolate);

    private void Build(string corpus, Packing packing, double heldOut = 0.2) => DataBuild.Run(
        new DataBuildOptions([corpus], tiny.Path, _folder.Path("data"))
        {
            SequenceLength = Length,
            Packing = packing,
            HeldOutFraction = heldOut,
        });

    private static bool IsHeldOut(string text) =>
        Core.Corpus.HeldOutDraw.IsHeldOut(default, Encoding.UTF8.GetBytes(text), 0.2);

    private List<(long, long)> Positions(string split, Packing packing)
    {
        using var data = TokenDataset.Open(_folder.Path("data"), split);
        Assert.Equal((Length, packing), (data.SequenceLength, data.Packing));
        var positions = new List<(long, long)>();
        for (var k = 0L; k < data.SequenceCount; k++)
        {
            var (ids, targets, segments) = (new long[Length], new long[Length], new List<int>());
            data.Read(k, ids, targets, segments);
            Assert.Equal(Length, segments.Sum());
            if (packing == Packing.Concatenate)
                Assert.Single(segments);
            Assert.Equal(Length, data.LossTokens(k));
            positions.AddRange(ids.Zip(targets));
        }
        return positions;
    }

    private static IEnumerable<(long, long)> Positions(int[] text, Packing packing)
    {
        long[] ids = [1, .. text.Select(id => (long)id), 2, 1];
        var count = packing == Packing.Isolate ? text.Length + 1 : text.Length + 2;
        return Enumerable.Range(0, count).Select(i => (ids[i], ids[i + 1]));
    }

    private static string Problem(string folder) =>
        Assert.Throws<ConfigurationException>(() => TokenDataset.Open(folder, "train").Dispose()).Message;

    private void Cut(string name, int bytes)
    {
        using var file = File.OpenWrite(_folder.Path(name));
        file.SetLength(file.Length - bytes);
    }

    private void Flip(string name, int at)
    {
        using var file = new FileStream(_folder.Path(name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = at < 0 ? file.Length + at : at;
        var value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 1));
    }
}
