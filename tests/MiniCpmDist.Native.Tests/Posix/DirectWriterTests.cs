using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Native.Tests.Posix;

public sealed class DirectWriterTests : IDisposable
{
    private const int Length = (9 << 20) + 12_345;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(new[] { 0, Length })]
    [InlineData(new[] { 0, 1, 4095, 4096, 4097, 8192, Length })]
    [InlineData(new[] { 0, 1_234_567, 1_234_568, (4 << 20) - 1, 4 << 20, 6 << 20, 6_400_001, Length })]
    public void Writers_of_neighbouring_stretches_make_one_file_together(int[] cuts)
    {
        var expected = Bytes(seed: 1);
        var path = _folder.File("shared");
        var writers = cuts[1..].Select(_ => new DirectWriter(path)).ToArray();

        // Backwards, and each stretch in pieces that no block begins with.
        for (var i = writers.Length - 1; i >= 0; i--)
        {
            foreach (var (number, piece) in expected[cuts[i]..cuts[i + 1]].Chunk(1_000_003).Index())
                writers[i].Write(cuts[i] + number * 1_000_003L, piece);
            writers[i].FlushToDisk();
        }
        foreach (var writer in writers)
            writer.Dispose();

        Assert.Equal(expected, File.ReadAllBytes(path));
        Assert.Equal(expected, ReadDirectly(path));
    }

    [Fact]
    public void Stretches_with_gaps_between_them_may_be_written_in_any_order()
    {
        var expected = Bytes(seed: 2);
        var path = _folder.File("gaps");
        (int From, int To)[] stretches = [(5_000_000, Length), (0, 10), (10, 4_999_999), (4_999_999, 5_000_000)];

        using (var writer = new DirectWriter(path))
        {
            foreach (var (from, to) in stretches)
                writer.Write(from, expected.AsSpan(from, to - from));
            writer.FlushToDisk();
        }

        Assert.Equal(expected, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_file_system_that_knows_only_cached_files_takes_the_same_bytes()
    {
        var expected = Bytes(seed: 3);
        var path = $"/dev/shm/minicpm-test-{Guid.NewGuid():N}";
        try
        {
            using (var writer = new DirectWriter(path))
            {
                writer.Write(0, expected);
                writer.FlushToDisk();
            }

            Assert.Equal(expected, ReadDirectly(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(DirectFile.Alignment)]
    [InlineData(4 << 20)]
    [InlineData((4 << 20) + 1)]
    public void Files_of_every_length_are_read_to_their_end(int length)
    {
        var expected = Bytes(seed: 4)[..length];
        var path = _folder.File("read");
        File.WriteAllBytes(path, expected);

        Assert.Equal(expected, ReadDirectly(path));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var missing = _folder.File("missing");

        var problem = Assert.ThrowsAny<IOException>(() => DirectReader.Read(missing, _ => { }));

        Assert.Contains(missing, problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] ReadDirectly(string path)
    {
        var bytes = new List<byte>();
        var length = DirectReader.Read(path, block => bytes.AddRange(block));
        Assert.Equal(bytes.Count, length);
        return [.. bytes];
    }

    private static byte[] Bytes(int seed)
    {
        var bytes = new byte[Length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
