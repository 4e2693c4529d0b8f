using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.ParquetFiles;
using MiniCpmDist.Tests.Fixtures;
using TextRow = MiniCpmDist.Data.Tests.ParquetFiles.WrittenParquet.TextRow;

namespace MiniCpmDist.Data.Tests.ParquetFiles;

public sealed class ParquetItemsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("own-corpus.snappy.parquet")]
    [InlineData("own-corpus.zstd.parquet")]
    public void Lists_of_objects_with_lists_missing_lists_and_empty_ones_are_told_apart(string name)
    {
        var items = ParquetItems.Read(WrittenParquet.Golden(name)).ToArray();

        Assert.Equal(5000, items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            var expected = (i % 4) switch
            {
                0 => "null",
                1 => "[]",
                _ => $$"""
                    [{"role":"user","content":"What is {{i}}?","weights":[{{i}},{{i + 1}}]},
                    {"role":"assistant","content":"It is {{i}}.","weights":[]}]
                    """,
            };
            var found = items[i].Item.GetProperty("messages");
            Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, found), $"{i}: {found}");
            Assert.Equal(i % 4, items[i].Item.GetProperty("kind").GetInt32());
            var meta = items[i].Item.GetProperty("meta");
            Assert.Equal(i % 5 == 0 ? JsonValueKind.Null : JsonValueKind.Object, meta.ValueKind);
            if (i % 5 != 0)
                Assert.Equal(i % 3 == 0 ? null : $"kept in {i}", meta.GetProperty("text").GetString());
        }
        Assert.EndsWith("row 5000", items[^1].Place, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_before_a_damaged_group_come_and_then_the_group_is_told()
    {
        var rows = Enumerable.Range(0, 20).Select(i => new TextRow { text = new string('x', 900), id = i });
        var file = WrittenParquet.Write(_folder, "a.parquet", rows, groupRows: 10);
        var bytes = File.ReadAllBytes(file);
        using (var whole = ParquetFile.Open(file))
            bytes.AsSpan((int)whole.Groups[1].Start, 30).Fill(0xFF);
        File.WriteAllBytes(file, bytes);
        var seen = 0;

        var problem = Assert.Throws<ConfigurationException>(() =>
        {
            foreach (var _ in ParquetItems.Read(file))
                seen++;
        });

        Assert.Equal(10, seen);
        Assert.Contains("rows 11 to 20", problem.Message, StringComparison.Ordinal);
    }
}
