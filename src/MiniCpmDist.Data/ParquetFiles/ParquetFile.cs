using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace MiniCpmDist.Data.ParquetFiles;

/// <summary>
/// An open Parquet file. Whatever is wrong with it is a problem of the user that names the rows where it broke, because
/// the library has no exception of its own for that.
/// </summary>
internal sealed class ParquetFile : IDisposable
{
    /// <summary>What ends the name of such a file.</summary>
    public const string Ending = ".parquet";

    private const string Advice = "fetch the file again or leave it out";
    private const int MagicBytes = 4;

    // The library keeps the buffers of pages for the next ones. Those of a large row group are not kept.
    private static readonly ParquetOptions s_options = new()
    {
        MaximumSmallPoolFreeBytes = 16 << 20,
        MaximumLargePoolFreeBytes = 64 << 20,
    };

    private readonly Stream _stream;
    private readonly ParquetReader _reader;

    private ParquetFile(string path, Stream stream, ParquetReader reader, IReadOnlyList<ParquetGroup> groups) =>
        (Path, _stream, _reader, Groups, Schema) = (path, stream, reader, groups, reader.Schema);

    public string Path { get; }

    public long Bytes => _stream.Length;

    public ParquetSchema Schema { get; }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<ParquetGroup> Groups { get; }

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    private static ReadOnlySpan<byte> EncryptedMagic => "PARE"u8;

    /// <summary>True where a file that begins so is a Parquet file.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) => start.StartsWith(Magic) || start.StartsWith(EncryptedMagic);

    /// <summary>Opens a file and reads its footer.</summary>
    /// <exception cref="ConfigurationException">It is none, or damaged.</exception>
    public static ParquetFile Open(string path)
    {
        var stream = StoredFile.Open(path, 1 << 16);
        try
        {
            RequireMagic(path, stream);
            return Guard(path, () =>
            {
                var reader = ParquetReader.CreateAsync(stream, s_options, leaveStreamOpen: true)
                    .GetAwaiter().GetResult();
                return new ParquetFile(path, stream, reader, GroupsOf(path, stream.Length, reader));
            });
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Runs a reading of a group.</summary>
    /// <exception cref="ConfigurationException">The group cannot be read.</exception>
    public T Read<T>(ParquetGroup group, Func<ParquetRowGroupReader, Task<T>> read) => Check(group, () =>
    {
        using var opened = _reader.OpenRowGroupReader(group.Index);
        return read(opened).GetAwaiter().GetResult();
    });

    /// <summary>Runs a use of what has been read of a group; levels of a damaged file lead to places that are not
    /// there.</summary>
    /// <exception cref="ConfigurationException">The group is damaged.</exception>
    public T Check<T>(ParquetGroup group, Func<T> use) => Guard($"{Path}, {group}", use);

    /// <summary>Runs a use of the schema.</summary>
    /// <exception cref="ConfigurationException">The schema is damaged.</exception>
    public T Check<T>(Func<T> use) => Guard(Path, use);

    /// <summary>What the footer says of a column in a group; null where the group lacks it.</summary>
    public ColumnMetaData? MetadataOf(ParquetGroup group, DataField field) => Check(group, () =>
    {
        using var opened = _reader.OpenRowGroupReader(group.Index);
        return opened.GetMetadata(field)?.MetaData;
    });

    /// <summary>A problem with some rows.</summary>
    public ConfigurationException Problem(ParquetGroup group, string expected, string found, string fix = Advice) =>
        new([new Problem($"{Path}, {group}", expected, found, fix)]);

    public void Dispose()
    {
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    // The library says only "not a parquet file" of a file that is cut short.
    private static void RequireMagic(string path, Stream stream)
    {
        Span<byte> begin = stackalloc byte[MagicBytes];
        Span<byte> end = stackalloc byte[MagicBytes];
        var isWhole = stream.ReadAtLeast(begin, MagicBytes, throwOnEndOfStream: false) == MagicBytes;
        if (stream.Length >= 3 * MagicBytes)
        {
            stream.Position = stream.Length - MagicBytes;
            isWhole &= stream.ReadAtLeast(end, MagicBytes, throwOnEndOfStream: false) == MagicBytes;
        }
        stream.Position = 0;
        var found = begin.SequenceEqual(EncryptedMagic) || end.SequenceEqual(EncryptedMagic) ? "an encrypted file"
            : !isWhole || !begin.SequenceEqual(Magic) ? "another kind of file, by its first bytes"
            : !end.SequenceEqual(Magic) ? "a file that is cut short: its last bytes are not those of a whole one"
            : null;
        if (found is not null)
            throw new ConfigurationException([new Problem(path, "a Parquet file", found, Advice)]);
    }

    private static List<ParquetGroup> GroupsOf(string path, long bytes, ParquetReader reader)
    {
        var groups = new List<ParquetGroup>();
        var rows = 0L;
        for (var index = 0; index < reader.RowGroupCount; index++)
        {
            using var opened = reader.OpenRowGroupReader(index);
            var group = new ParquetGroup(index, StartOf(opened.RowGroup), rows + 1, opened.RowCount);
            if (group.Start < MagicBytes || group.Start >= bytes || group.Rows is < 0 or > int.MaxValue)
            {
                throw new ConfigurationException([new Problem(
                    $"{path}, row group {index + 1}", "a place within the file, and a number of rows",
                    $"byte {group.Start} of {bytes}, and {group.Rows} rows", Advice)]);
            }
            groups.Add(group);
            rows += group.Rows;
        }
        return groups;
    }

    // `file_offset` of a row group is optional, and some writers fill it with 0.
    private static long StartOf(RowGroup group) => group.Columns
        .Select(column => column.MetaData)
        .OfType<ColumnMetaData>()
        .SelectMany(data => (long?[])[data.DictionaryPageOffset, data.DataPageOffset])
        .Where(offset => offset > 0)
        .Min() ?? MagicBytes;

    private static T Guard<T>(string where, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or ConfigurationException))
        {
            throw new ConfigurationException([new Problem(
                where, "a whole Parquet file", $"damaged data ({exception.Message.Split('\n')[0].TrimEnd('.', '\r')})",
                Advice)]);
        }
    }
}
