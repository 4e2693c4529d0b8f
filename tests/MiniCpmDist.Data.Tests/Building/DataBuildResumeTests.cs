using System.Security.Cryptography;
using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Building;

public sealed class DataBuildResumeTests(TinyTokenizer tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void A_build_that_stops_after_any_unit_goes_on_there_and_makes_the_same_bytes(int units)
    {
        var options = Options("undisturbed/data");
        DataBuild.Run(options);

        options = options with { OutputFolder = _folder.Path("data"), Workers = 1 };
        Assert.Throws<PowerCut>(() => DataBuild.Run(options, now => CutAfter(now, units)));
        Assert.False(Directory.Exists(_folder.Path("data")));
        var seen = new List<DataBuildProgress>();
        DataBuild.Run(options with { Workers = 3 }, seen.Add);

        Assert.InRange(seen[0].UnitsBefore, units, seen[0].UnitsTotal);
        Assert.Equal(seen[0].BytesBefore, seen[0].BytesDone);
        Assert.Equal(Hashes("undisturbed/data"), Hashes("data"));
        Assert.False(Directory.Exists(_folder.Path("data.partial")));
    }

    [Fact]
    public void A_build_that_stops_while_packing_tokenizes_nothing_again()
    {
        var options = Options("undisturbed/data");
        DataBuild.Run(options);
        options = options with { OutputFolder = _folder.Path("data") };
        Assert.Throws<PowerCut>(() => DataBuild.Run(options, now =>
        {
            if (now.Stage == DataBuildStage.Packing && now.UnitsDone == 2)
                throw new PowerCut();
        }));

        var seen = new List<DataBuildProgress>();
        DataBuild.Run(options, seen.Add);

        Assert.Equal(seen[0].UnitsTotal, seen[0].UnitsBefore);
        Assert.Equal(0, seen[0].Documents);
        Assert.Equal(Hashes("undisturbed/data"), Hashes("data"));
    }

    [Theory]
    [InlineData("held-out")]
    [InlineData("fields")]
    [InlineData("tokenizer")]
    public void Units_of_other_options_are_not_taken_over(string changed)
    {
        var options = StoppedWhilePacking();

        var seen = new List<DataBuildProgress>();
        DataBuild.Run(
            changed switch
            {
                "held-out" => options with { HeldOutFraction = 0.3 },
                "fields" => options with { Fields = new("text", "ask", "answer") },
                _ => options with { TokenizerPath = OtherTokenizer() },
            },
            seen.Add);

        Assert.Equal(0, seen[0].UnitsBefore);
    }

    [Fact]
    public void Other_packing_needs_no_other_units()
    {
        var options = StoppedWhilePacking();
        var seen = new List<DataBuildProgress>();

        DataBuild.Run(
            options with { SequenceLength = 64, Packing = Core.Formats.Packing.Concatenate, Name = "other" }, seen.Add);

        Assert.Equal(seen[0].UnitsTotal, seen[0].UnitsBefore);
    }

    [Fact]
    public void Of_a_changed_file_the_units_are_made_again_and_those_of_the_others_are_not()
    {
        var options = StoppedWhilePacking();
        File.AppendAllText(_folder.Path("b.jsonl"), JsonSerializer.Serialize(new { text = "one more" }) + "\n");
        var seen = new List<DataBuildProgress>();

        DataBuild.Run(options, seen.Add);
        DataBuild.Run(options with { OutputFolder = _folder.Path("again/data") });

        Assert.InRange(seen[0].UnitsBefore, 1, seen[0].UnitsTotal - 1);
        Assert.Equal(Hashes("again/data"), Hashes("data"));
    }

    [Fact]
    public void A_unit_that_was_damaged_is_named_and_made_again_once_it_is_removed()
    {
        var options = StoppedWhilePacking();
        var unit = Directory.GetFiles(_folder.Path("data.partial/units"), "*.documents").Order().First();
        var bytes = File.ReadAllBytes(unit);
        bytes[^1] ^= 1;
        File.WriteAllBytes(unit, bytes);

        var problem = Assert.Throws<ConfigurationException>(() => DataBuild.Run(options));
        Assert.Contains(unit, problem.Message, StringComparison.Ordinal);
        File.Delete(unit);
        DataBuild.Run(options);
        DataBuild.Run(options with { OutputFolder = _folder.Path("again/data") });

        Assert.Equal(Hashes("again/data"), Hashes("data"));
    }

    [Fact]
    public void Too_many_broken_lines_cost_the_units_of_their_files_only()
    {
        var options = Options("data");
        var broken = _folder.Write("c.jsonl", string.Concat(Enumerable.Repeat("broken\n", 500)));
        Assert.Throws<ConfigurationException>(
            () => DataBuild.Run(options with { Corpus = [.. options.Corpus, broken] }));
        var seen = new List<DataBuildProgress>();

        DataBuild.Run(options, seen.Add);

        Assert.Equal(seen[0].UnitsTotal, seen[0].UnitsBefore);
    }

    private DataBuildOptions StoppedWhilePacking()
    {
        var options = Options("data");
        Assert.Throws<PowerCut>(() => DataBuild.Run(options, now =>
        {
            if (now.Stage == DataBuildStage.Packing)
                throw new PowerCut();
        }));
        return options;
    }

    private DataBuildOptions Options(string folder) => new(
        [
            _folder.WriteJsonLines("a.jsonl", SomeText.Documents(1000)),
            _folder.WriteJsonLines("b.jsonl", SomeText.Documents(300, seed: 2)),
        ],
        tiny.Path, _folder.Path(folder))
    {
        SequenceLength = 32,
        UnitBytes = 50_000,
    };

    private string OtherTokenizer()
    {
        var path = _folder.Path("other.model");
        TokenizerTraining.Train(new TokenizerTrainingOptions([tiny.Corpus], path) { Pieces = 350 });
        return path;
    }

    private static void CutAfter(DataBuildProgress now, int units)
    {
        if (now.UnitsDone >= units)
            throw new PowerCut();
    }

    private string Hashes(string folder) => string.Join(
        '\n', Directory.GetFiles(_folder.Path(folder)).Order().Select(file =>
            Path.GetFileName(file) + " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));

    private sealed class PowerCut : Exception;
}
