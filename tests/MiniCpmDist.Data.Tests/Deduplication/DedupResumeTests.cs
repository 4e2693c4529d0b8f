using System.Security.Cryptography;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Deduplication;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Deduplication;

public sealed class DedupResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int> Moments => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Moments))]
    public void Work_that_stops_in_any_stage_goes_on_there_and_makes_the_same_bytes(int stage)
    {
        var options = Options("undisturbed");
        CorpusDedup.Run(options);
        options = options with { OutputFolder = _folder.Path("clean"), Workers = 1 };
        Assert.Throws<PowerCut>(() => CorpusDedup.Run(options, now =>
        {
            if (now.Step == Math.Min(stage, now.Steps) && now.Done > 0)
                throw new PowerCut();
        }));
        Assert.False(Directory.Exists(_folder.Path("clean")));

        var seen = new List<DedupProgress>();
        CorpusDedup.Run(options with { Workers = 3 }, seen.Add);

        // Earlier stages have nothing left to do.
        Assert.All(
            seen.Where(now => now.Step < Math.Min(stage, now.Steps)), now => Assert.Equal(now.Total, now.Before));
        Assert.Equal(Hashes("undisturbed"), Hashes("clean"));
        Assert.False(Directory.Exists(_folder.Path("clean.partial")));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Several_ranks_make_the_bytes_of_one_and_problems_of_each_are_told_on_all(int ranks)
    {
        var options = Options("alone");
        CorpusDedup.Run(options);
        options = options with { OutputFolder = _folder.Path("together") };
        using var world = new ThreadWorld(ranks);
        world.Run(member => CorpusDedup.RunCollective(options, member));

        Assert.Equal(Hashes("alone"), Hashes("together"));

        var broken = _folder.Write("corpus/broken.jsonl.gz", "x");
        File.WriteAllBytes(broken, [0x1F, 0x8B, 8, 0, 0]);
        options = options with { Corpus = [.. options.Corpus, broken], OutputFolder = _folder.Path("never") };
        var told = world.Run(member => Assert.Throws<ConfigurationException>(
            () => CorpusDedup.RunCollective(options, member)).Message);
        Assert.Single(told.Distinct());
        Assert.Contains(broken, told[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Work_with_other_options_begins_anew()
    {
        var options = Stopped();
        var seen = new List<DedupProgress>();

        CorpusDedup.Run(options with { Threshold = 0.7 }, seen.Add);
        CorpusDedup.Run(options with { Threshold = 0.7, OutputFolder = _folder.Path("again") });

        Assert.All(seen, now => Assert.Equal(0, now.Before));
        Assert.Equal(Hashes("again"), Hashes("clean"));
    }

    [Fact]
    public void Work_on_a_file_that_has_changed_begins_anew()
    {
        var options = Stopped();
        File.AppendAllText(options.Corpus[0], "{\"text\": \"one more\"}\n");
        var seen = new List<DedupProgress>();

        CorpusDedup.Run(options, seen.Add);
        CorpusDedup.Run(options with { OutputFolder = _folder.Path("again") });

        Assert.All(seen, now => Assert.Equal(0, now.Before));
        Assert.Equal(Hashes("again"), Hashes("clean"));
    }

    private DedupOptions Stopped()
    {
        var options = Options("clean");
        Assert.Throws<PowerCut>(() => CorpusDedup.Run(options, now =>
        {
            if (now.Step == 3)
                throw new PowerCut();
        }));
        return options;
    }

    private DedupOptions Options(string folder) => new(
        [
            _folder.WriteJsonLines("corpus/a.jsonl", PlantedTexts.Make(15, 30)),
            _folder.WriteJsonLines("corpus/b.jsonl", PlantedTexts.Make(15, 30, seed: 2)),
        ],
        _folder.Path(folder))
    {
        Substrings = 20,
        Against = [_folder.Write("set.jsonl", "{\"question\": \"one two three four five six seven eight nine\"}\n")],
        Workers = 2,
        UnitBytes = 10_000,
        SpillRecords = 500,
    };

    private string Hashes(string folder) => string.Join(
        '\n', Directory.GetFiles(_folder.Path(folder)).Order().Where(file => !file.EndsWith(
            DedupFiles.Report, StringComparison.Ordinal)).Select(file =>
            Path.GetFileName(file) + " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));

    private sealed class PowerCut : Exception;
}
