using System.IO.Compression;
using System.Text;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Tests.Files;

public sealed class GzipContentTests
{
    private static readonly byte[][] s_contents =
        [.. Enumerable.Range(0, 5).Select(member => Encoding.UTF8.GetBytes(string.Concat(
            Enumerable.Range(0, 100).Select(line => $"member {member}, line {line}\n"))))];

    private static readonly byte[][] s_members = [.. s_contents.Select(Compress)];
    private static readonly byte[] s_file = [.. s_members.SelectMany(member => member)];
    private static readonly byte[] s_content = [.. s_contents.SelectMany(content => content)];

    [Fact]
    public void No_changed_bit_anywhere_in_a_file_of_several_members_changes_or_shortens_its_content_silently()
    {
        var refused = 0;
        for (var bit = 0; bit < s_file.Length * 8; bit++)
        {
            var damaged = (byte[])s_file.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                // A few bits of a header say nothing about the content: when it was compressed, and where.
                Assert.Equal(s_content, Read(damaged));
            }
            catch (CompressedFileException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, s_file.Length * 8 * 9 / 10, s_file.Length * 8);
    }

    [Fact]
    public void Members_that_hold_members_are_read_like_any_other_content()
    {
        var content = s_contents[0];
        byte[] file = Store(content);
        // Each look inside one must not become two: forty would never end.
        for (var depth = 0; depth < 40; depth++)
            (content, file) = (file, Store(file));

        Assert.Equal(content, Read(file));

        static byte[] Store(byte[] bytes)
        {
            using var stored = new MemoryStream();
            using (var gzip = new GZipStream(stored, CompressionLevel.NoCompression))
                gzip.Write(bytes);
            return stored.ToArray();
        }
    }

    [Fact]
    public void A_file_that_ends_elsewhere_than_between_two_members_is_refused()
    {
        var ends = s_members.Aggregate(new List<int>(), (all, member) => [.. all, all.LastOrDefault() + member.Length]);
        for (var length = 0; length < s_file.Length; length++)
        {
            if (ends.Contains(length))
                Assert.Equal(s_content[..(s_contents[0].Length * (ends.IndexOf(length) + 1))], Read(s_file[..length]));
            else
                Assert.Throws<CompressedFileException>(() => Read(s_file[..length]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_damaged_header_is_named_with_the_byte_where_it_stands(int inHeader)
    {
        var damaged = (byte[])s_file.Clone();
        damaged[s_members[0].Length + inHeader] ^= 1;

        var problem = Assert.Throws<CompressedFileException>(() => Read(damaged));

        Assert.Contains($"at byte {s_members[0].Length}", problem.Expected, StringComparison.Ordinal);
        Assert.Contains("damaged", problem.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_checksum_is_not_called_an_unsupported_method()
    {
        var damaged = (byte[])s_file.Clone();
        damaged[s_members[0].Length - 6] ^= 1;
        Assert.Contains(
            "checksum", Assert.Throws<CompressedFileException>(() => Read(damaged)).Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    public void Zeros_after_the_last_member_are_padding_and_text_is_not(int zeros)
    {
        Assert.Equal(s_content, Read([.. s_file, .. new byte[zeros]]));

        var text = Assert.Throws<CompressedFileException>(() => Read([.. s_file, .. "a few words"u8]));
        Assert.Contains($"at byte {s_file.Length}", text.Expected, StringComparison.Ordinal);
        Assert.Throws<CompressedFileException>(() => Read([.. s_file, .. new byte[zeros], .. s_members[0]]));
    }

    [Fact]
    public void What_is_no_gzip_file_is_called_what_it_is()
    {
        Assert.Contains("empty", Problem([]), StringComparison.Ordinal);
        Assert.Contains("begins with `{\"text\":\"a`", Problem([.. "{\"text\":\"a\"}"u8]), StringComparison.Ordinal);
        Assert.Contains("zstd", Problem([0x28, 0xB5, 0x2F, 0xFD, 0, 0]), StringComparison.Ordinal);
        Assert.Contains("bytes 89ff0102", Problem([0x89, 0xFF, 1, 2, 3]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 4096)]
    [InlineData(100_000, 100)]
    [InlineData(100_000, 100_000)]
    public void Members_of_any_size_empty_ones_among_them_come_whole_however_the_file_is_read(int pieces, int room)
    {
        var random = new Random(pieces + room);
        var (file, content) = (new MemoryStream(), new MemoryStream());
        for (var member = 0; member < 60; member++)
        {
            var bytes = new byte[member % 3 == 0 ? 0 : random.Next(1, 1 << random.Next(4, 16))];
            random.NextBytes(bytes.AsSpan(0, bytes.Length / 2));
            file.Write(Compress(bytes));
            content.Write(bytes);
        }

        Assert.Equal(content.ToArray(), Read(file.ToArray(), pieces, room));
    }

    [Fact]
    public void A_header_may_have_a_name_a_comment_more_fields_and_a_checksum()
    {
        var member = s_members[0];
        byte[] file =
        [
            .. member[..3], 0x1E, .. member[4..10], 3, 0, 9, 9, 9, .. "name"u8, 0, .. "comment"u8, 0, 1, 2,
            .. member[10..], .. s_members[1],
        ];
        Assert.Equal([.. s_contents[0], .. s_contents[1]], Read(file));
    }

    private static string Problem(byte[] file) => Assert.Throws<CompressedFileException>(() => Read(file)).Found;

    private static byte[] Compress(byte[] content)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Optimal))
            gzip.Write(content);
        // .NET writes nothing at all for nothing.
        return content.Length > 0 ? file.ToArray() : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] Read(byte[] file, int pieces = int.MaxValue, int room = 1 << 16)
    {
        using var gzip = new GzipContent(new Pieces(file, pieces));
        using var content = new MemoryStream();
        var buffer = new byte[room];
        while (gzip.Read(buffer) is > 0 and var count)
            content.Write(buffer, 0, count);
        return content.ToArray();
    }

    /// <summary>A file that comes in small pieces.</summary>
    private sealed class Pieces(byte[] file, int most) : ForwardStream
    {
        private int _at;

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(Math.Min(most, buffer.Length), file.Length - _at);
            file.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
