using System.Security.Cryptography;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Tests.ParquetFiles;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Tests.Fixtures;
using TextRow = MiniCpmDist.Data.Tests.ParquetFiles.WrittenParquet.TextRow;

namespace MiniCpmDist.Data.Tests.Building;

public sealed class ParquetBuildTests(TinyTokenizer tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1_000)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void Parquet_and_json_lines_of_the_same_texts_make_the_same_tokens_however_files_are_cut(int unitBytes)
    {
        string[] texts = [.. SomeText.Documents(900)];
        var lines = _folder.WriteJsonLines("a.jsonl", texts);
        var table = WrittenParquet.Write(
            _folder, "a.parquet", texts.Select(text => new TextRow { text = text }), groupRows: 100);

        DataBuild.Run(Options(lines, "lines"));
        DataBuild.Run(Options(table, "table") with { UnitBytes = unitBytes, Workers = 3 });

        Assert.Equal(Tokens("lines"), Tokens("table"));
    }

    [Fact]
    public void A_build_that_stops_after_some_units_goes_on_there_and_makes_the_same_bytes()
    {
        var texts = SomeText.Documents(900).Select(text => new TextRow { text = text });
        var table = WrittenParquet.Write(_folder, "a.parquet", texts, groupRows: 50);
        var options = Options(table, "data") with { UnitBytes = 10_000, Workers = 1 };
        DataBuild.Run(options with { OutputFolder = _folder.Path("undisturbed/data") });
        Assert.Throws<PowerCut>(() => DataBuild.Run(options, now =>
        {
            if (now.UnitsDone >= 3)
                throw new PowerCut();
        }));
        var seen = new List<DataBuildProgress>();

        DataBuild.Run(options, seen.Add);

        Assert.InRange(seen[0].UnitsBefore, 3, seen[0].UnitsTotal - 1);
        Assert.Equal(Hashes("undisturbed/data"), Hashes("data"));
    }

    [Fact]
    public void Rows_that_are_set_aside_have_their_numbers_within_the_whole_file()
    {
        var rows = SomeText.Documents(400).Select((text, i) => new TextRow { text = i is 7 or 399 ? null : text });
        var table = WrittenParquet.Write(_folder, "a.parquet", rows, groupRows: 50);

        DataBuild.Run(Options(table, "data") with { UnitBytes = 5_000 });

        var set = File.ReadAllLines(_folder.Path("data/quarantine.ndjson"));
        Assert.Collection(
            set,
            line => Assert.Contains("\"line\":8,", line, StringComparison.Ordinal),
            line => Assert.Contains("\"line\":400,", line, StringComparison.Ordinal));
    }

    private DataBuildOptions Options(string corpus, string folder) =>
        new([corpus], tiny.Path, _folder.Path(folder)) { SequenceLength = 32 };

    private (string, string) Tokens(string folder)
    {
        var manifest = DataManifest.Read(_folder.Path(folder));
        return (manifest.Train.TokensSha256, manifest.HeldOut.TokensSha256);
    }

    private string Hashes(string folder) => string.Join(
        '\n', Directory.GetFiles(_folder.Path(folder)).Order().Select(file =>
            Path.GetFileName(file) + " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));

    private sealed class PowerCut : Exception;
}
