using System.Text.Json;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
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
    public void A_file_with_changed_bytes_is_read_or_told_and_never_fails_otherwise()
    {
        var whole = File.ReadAllBytes(WrittenParquet.Golden("own-set.snappy.parquet"));
        var random = new Random(7);
        var refused = 0;
        for (var round = 0; round < 200; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                damaged[random.Next(4, damaged.Length - 8)] = (byte)random.Next(256);
            var file = _folder.Write("damaged.parquet", damaged);
            var (items, texts) = (Refused(() => ParquetItems.Read(file)), Refused(() => CorpusReader.Read(
                [file], _ => { }, new FieldMap("question"))));
            refused += items || texts ? 1 : 0;
        }
        Assert.InRange(refused, 20, 200);

        static bool Refused<T>(Func<IEnumerable<T>> read)
        {
            try
            {
                Assert.NotNull(read().ToList());
                return false;
            }
            catch (ConfigurationException)
            {
                return true;
            }
        }
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
