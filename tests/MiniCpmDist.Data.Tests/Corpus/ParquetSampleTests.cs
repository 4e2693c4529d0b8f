using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.ParquetFiles;
using MiniCpmDist.Data.Tests.ParquetFiles;
using MiniCpmDist.Tests.Fixtures;
using Parquet;
using TextRow = MiniCpmDist.Data.Tests.ParquetFiles.WrittenParquet.TextRow;

namespace MiniCpmDist.Data.Tests.Corpus;

public sealed class ParquetSampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<QuarantinedLine> _quarantine = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Gzip)]
    public void The_texts_of_all_row_groups_come_in_order_with_their_rows(CompressionMethod compression)
    {
        string[] texts = [.. Enumerable.Range(0, 25).Select(i => i % 3 == 0 ? "the same" : $"text {i} ü 中 🙂")];
        var file = WrittenParquet.Write(
            _folder, "a.parquet", texts.Select(text => new TextRow { text = text }), groupRows: 10, compression);

        var documents = Read(file);

        Assert.Equal(texts, documents.Select(document => document.Text));
        Assert.Equal(Enumerable.Range(1, 25).Select(row => (long)row), documents.Select(document => document.Line));
        Assert.Empty(_quarantine);
    }

    [Fact]
    public void Rows_without_a_text_are_set_aside_with_number_and_reason()
    {
        var rows = new[] { "one", null, "  \n", "two" }.Select(text => new TextRow { text = text });
        var file = WrittenParquet.Write(_folder, "a.parquet", rows, groupRows: 3);

        Assert.Equal(["one", "two"], Read(file).Select(document => document.Text));

        Assert.Equal(
            [(2L, "\"text\" is null"), (3L, "\"text\" is empty")],
            _quarantine.Select(line => (line.Line, line.Reason)));
    }

    [Theory]
    [InlineData("own-corpus.snappy.parquet")]
    [InlineData("own-corpus.zstd.parquet")]
    public void A_file_of_another_library_gives_its_texts_and_those_inside_objects(string name)
    {
        var file = WrittenParquet.Golden(name);

        var texts = Read(file);
        var nulls = _quarantine.Count;
        var inObjects = Read(file, new FieldMap("meta.text"));

        Assert.Equal(5000 - 714, texts.Count);
        Assert.Equal(714, nulls);
        Assert.All(texts, text => Assert.StartsWith($"row {text.Line - 1}: ", text.Text, StringComparison.Ordinal));
        Assert.Equal("row 4: héllo 你好 🙂 héllo 你好 🙂 héllo 你好 🙂 héllo 你好 🙂 ", texts[3].Text);
        // Neither the object nor the text in it has to be there.
        Assert.Equal(
            Enumerable.Range(0, 5000).Where(i => i % 5 != 0 && i % 3 != 0).Select(i => $"kept in {i}"),
            inObjects.Select(text => text.Text));
    }

    [Fact]
    public void Two_columns_are_a_pair()
    {
        var row = new WrittenParquet.PairRow { question = "What? ", answer = "That." };
        var file = WrittenParquet.Write(_folder, "a.parquet", [row]);

        var document = Assert.Single(Read(file, new FieldMap(input: "question", output: "answer")));

        Assert.Equal("What? That.", document.Text);
    }

    [Fact]
    public void A_missing_column_and_one_that_holds_no_texts_are_told_with_what_is_there()
    {
        var pairs = WrittenParquet.Write(_folder, "a.parquet", [new WrittenParquet.PairRow { question = "q" }]);
        var lists = WrittenParquet.Write(_folder, "b.parquet", [new WrittenParquet.TagsRow { text = ["a"] }]);
        var numbers = WrittenParquet.Write(_folder, "c.parquet", [new WrittenParquet.NumberRow { text = 7 }]);

        Assert.Contains("`question`, `answer`", Problem(pairs).Found, StringComparison.Ordinal);
        Assert.Equal("a list or an object in each row", Problem(lists).Found);
        Assert.Equal("values of kind Int64", Problem(numbers).Found);
    }

    [Fact]
    public void A_damaged_row_group_is_named_with_its_rows_and_those_before_it_are_read()
    {
        var rows = Enumerable.Range(0, 30).Select(i => new TextRow { text = $"text {i} " + new string('x', 500) });
        var file = WrittenParquet.Write(_folder, "a.parquet", rows, groupRows: 10, CompressionMethod.Snappy);
        var bytes = File.ReadAllBytes(file);
        bytes.AsSpan((int)StartOf(file, group: 1), 30).Fill(0xFF);
        File.WriteAllBytes(file, bytes);
        var seen = new List<Document>();

        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() =>
        {
            foreach (var document in CorpusReader.Read([file], _quarantine.Add))
                seen.Add(document);
        }).Problems);

        Assert.Equal($"{file}, rows 11 to 20 (row group 2)", problem.Where);
        Assert.Equal(10, seen.Count);
    }

    [Fact]
    public void A_file_that_is_cut_short_and_one_of_another_kind_are_told_apart()
    {
        var whole = WrittenParquet.Write(_folder, "a.parquet", [new TextRow { text = "one" }]);
        var bytes = File.ReadAllBytes(whole);
        var cut = _folder.Write("cut.parquet", bytes[..^20]);
        var other = _folder.Write("other.parquet", "{\"text\":\"some lines of JSON\"}");
        var empty = _folder.Write("empty.parquet", "");

        Assert.Contains("cut short", Problem(cut).Found, StringComparison.Ordinal);
        Assert.Contains("another kind", Problem(other).Found, StringComparison.Ordinal);
        Assert.Contains("another kind", Problem(empty).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_takes_no_parquet_file()
    {
        using var bytes = File.OpenRead(WrittenParquet.Golden("own-set.zstd.parquet"));

        var problem = Assert.Throws<ConfigurationException>(
            () => StandardInput.Open(bytes, new FieldMap(), (_, _) => { }));

        Assert.Contains("Parquet", problem.Message, StringComparison.Ordinal);
    }

    private static long StartOf(string file, int group)
    {
        using var opened = ParquetFile.Open(file);
        return opened.Groups[group].Start;
    }

    private List<Document> Read(string file, FieldMap? fields = null) =>
        [.. CorpusReader.Read([file], _quarantine.Add, fields)];

    private Problem Problem(string file) =>
        Assert.Single(Assert.Throws<ConfigurationException>(() => Read(file)).Problems);
}
