using System.Security.Cryptography;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Building;

public sealed class DataAppendTests(TinyTokenizer tiny) : IDisposable
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Appended_sequences_follow_those_that_were_there_and_no_file_that_was_there_changes()
    {
        Build();
        var before = Hashes("data");
        var first = Texts(1);
        using var open = TokenDataset.Open(_folder.Path("data"), "train");
        var hash = open.ContentHash;

        var report = Append("b");

        Assert.Equal((2, _folder.Path("data/part-0002")), (report.Part, report.Folder));
        Assert.Equal(before, Hashes("data"));
        Assert.Equal(first, Texts(1));
        Assert.Equal(first, Texts(2).Take(first.Count));
        Assert.Equal(report.Manifest.Train.Sequences, Texts(2).Count - first.Count);
        using var both = TokenDataset.Open(_folder.Path("data"), "train", 2);
        Assert.Equal([first.Count, report.Manifest.Train.Sequences], both.PartSequences);
        Assert.Equal(hash, both.ContentHashOf(1));
        Assert.NotEqual(hash, both.ContentHash);
        Assert.Equal(
            Enumerable.Range(0, (int)both.SequenceCount).Sum(i => both.LossTokens(i)),
            DataManifest.Read(_folder.Path("data")).Train.LossTokens + report.Manifest.Train.LossTokens);
    }

    [Fact]
    public void A_text_is_on_the_side_of_the_held_out_draw_where_it_would_have_been_from_the_beginning()
    {
        Build();
        var report = Append("b");
        DataBuild.Run(Options("whole", "b"));

        var alone = DataManifest.Read(_folder.Path("whole"));
        Assert.Equal(alone.HeldOut.TokensSha256, report.Manifest.HeldOut.TokensSha256);
        Assert.Equal(alone.Train.TokensSha256, report.Manifest.Train.TokensSha256);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_append_that_is_stopped_leaves_no_part_and_goes_on_with_its_units_to_the_same_bytes(int units)
    {
        Build();
        Append("b");
        var expected = Hashes("data/part-0002");
        Directory.Delete(_folder.Path("data/part-0002"), recursive: true);

        Assert.Throws<PowerCut>(() => DataAppend.Run(Appended("b") with { Workers = 1 }, now =>
        {
            if (now.UnitsDone >= units)
                throw new PowerCut();
        }));
        Assert.Equal(1, FolderParts.Count(_folder.Path("data")));
        DataFolderReport.Read(_folder.Path("data"), verify: true, sequence: null, samples: 1);
        DataBuildProgress? first = null;
        DataAppend.Run(Appended("b"), now => first ??= now);

        Assert.InRange(first!.Value.UnitsBefore, units, first.Value.UnitsTotal);
        Assert.Equal(expected, Hashes("data/part-0002"));
        Assert.Equal(2, FolderParts.Count(_folder.Path("data")));
    }

    [Fact]
    public void Several_ranks_append_the_bytes_of_one()
    {
        Build();
        Append("b");
        var alone = Hashes("data/part-0002");
        Directory.Delete(_folder.Path("data/part-0002"), recursive: true);
        using var world = new ThreadWorld(3);

        var reports = world.Run(member => DataAppend.RunCollective(Appended("b"), member));

        Assert.Equal([true, false, false], reports.Select(report => report is not null));
        Assert.Equal(alone, Hashes("data/part-0002"));
    }

    [Fact]
    public void What_is_in_the_folder_already_is_refused_under_any_name_and_so_is_too_little_text()
    {
        Build();
        Append("b");
        File.Copy(_folder.Path("b.jsonl"), _folder.Path("renamed.jsonl"));
        File.Copy(_folder.Path("a.jsonl"), _folder.Path("first.jsonl"));

        var problems = Assert.Throws<ConfigurationException>(() => DataAppend.Run(new DataAppendOptions(
            _folder.Path("data"), [_folder.Path("renamed.jsonl"), _folder.Path("first.jsonl")]))).Problems;
        var little = Assert.Throws<ConfigurationException>(() => DataAppend.Run(new DataAppendOptions(
            _folder.Path("data"), [_folder.WriteJsonLines("little.jsonl", ["a model"])])));

        Assert.Equal(["what part 2 was made of (b.jsonl)", "what part 1 was made of (a.jsonl)"],
            problems.Select(problem => problem.Found));
        Assert.Contains("a whole sequence of 32 tokens", little.Message, Ordinal);
        Assert.Equal(2, FolderParts.Count(_folder.Path("data")));
    }

    [Fact]
    public void A_part_that_was_not_made_for_the_folder_or_is_missing_is_named_with_what_is_wrong()
    {
        Build();
        DataBuild.Run(Options("data/part-0002", "b") with { SequenceLength = 16, Packing = Packing.Concatenate });

        var problems = Assert.Throws<ConfigurationException>(
            () => TokenDataset.Open(_folder.Path("data"), "train", 2)).Problems;
        var missing = Assert.Throws<ConfigurationException>(
            () => TokenDataset.Open(_folder.Path("data"), "train", 3)).Message;

        Assert.Equal(["sequences of 16 tokens", "concatenate"], problems.Select(problem => problem.Found));
        Assert.Contains("part 3 of 3", missing, Ordinal);
        Assert.Throws<ConfigurationException>(() => Append("c"));
    }

    [Fact]
    public void A_changed_byte_in_a_part_is_found_when_it_is_opened()
    {
        Build();
        Append("b");
        var path = _folder.Path("data/part-0002/train.tokens");
        var bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, bytes);

        using var first = TokenDataset.Open(_folder.Path("data"), "train");
        Assert.Contains(
            path, Assert.Throws<ConfigurationException>(
                () => TokenDataset.Open(_folder.Path("data"), "train", 2)).Message, Ordinal);
    }

    private void Build() => DataBuild.Run(Options("data", "a"));

    private DataBuildReport Append(string corpus) => DataAppend.Run(Appended(corpus));

    private DataAppendOptions Appended(string corpus) =>
        new(_folder.Path("data"), [Corpus(corpus)]) { UnitBytes = 20_000 };

    private DataBuildOptions Options(string folder, string corpus) => new(
        [Corpus(corpus)], tiny.Path, _folder.Path(folder))
    {
        SequenceLength = 32,
        HeldOutFraction = 0.1,
    };

    private string Corpus(string name) => File.Exists(_folder.Path(name + ".jsonl"))
        ? _folder.Path(name + ".jsonl")
        : _folder.WriteJsonLines(name + ".jsonl", SomeText.Documents(200, seed: name[0]));

    private List<string> Texts(int parts)
    {
        using var data = TokenDataset.Open(_folder.Path("data"), "train", parts);
        var (ids, targets, lengths) = (new long[32], new long[32], new List<int>());
        var found = new List<string>();
        for (var i = 0L; i < data.SequenceCount; i++)
        {
            lengths.Clear();
            data.Read(i, ids, targets, lengths);
            found.Add($"{string.Join(' ', ids)} | {string.Join(' ', targets)} | {string.Join(' ', lengths)}");
        }
        return found;
    }

    private string Hashes(string folder) => string.Join(
        '\n', Directory.GetFiles(_folder.Path(folder)).Order().Select(file =>
            Path.GetFileName(file) + " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));

    private sealed class PowerCut : Exception;
}
