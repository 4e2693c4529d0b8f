using System.Reflection;
using MiniCpmDist.Tests.Fixtures;
using Parquet;
using Parquet.Serialization;

namespace MiniCpmDist.Data.Tests.ParquetFiles;

/// <summary>Parquet files for tests.</summary>
internal static class WrittenParquet
{
    /// <summary>Writes rows with the library that also reads them.</summary>
    public static string Write<T>(
        TemporaryFolder folder, string name, IEnumerable<T> rows, int groupRows = 1000,
        CompressionMethod compression = CompressionMethod.Zstd)
        where T : new()
    {
        var path = folder.Path(name);
        var options = new ParquetOptions { CompressionMethod = compression, RowGroupSize = groupRows };
        using var file = File.Create(path);
        ParquetSerializer.SerializeAsync(rows, file, options).GetAwaiter().GetResult();
        return path;
    }

    /// <summary>A file of tests/golden, which another library has written.</summary>
    public static string Golden(string name) => Path.Combine(
        typeof(WrittenParquet).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "RepositoryRoot").Value!, "tests", "golden", name);

    internal sealed class TextRow
    {
        public string? text { get; set; }

        public long id { get; set; }
    }

    internal sealed class PairRow
    {
        public string? question { get; set; }

        public string? answer { get; set; }
    }

    internal sealed class TagsRow
    {
        public List<string>? text { get; set; }
    }

    internal sealed class NumberRow
    {
        public long text { get; set; }
    }
}
