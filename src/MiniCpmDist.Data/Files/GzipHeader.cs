using System.Text;

namespace MiniCpmDist.Data.Files;

/// <summary>The header of a gzip member (RFC 1952, section 2.3), and what stands where one should.</summary>
internal static class GzipHeader
{
    /// <summary>Bytes that every header has.</summary>
    public const int FixedBytes = 10;

    private const byte Deflate = 8;
    private const int HeaderChecksum = 2;
    private const int Extra = 4;
    private const int Name = 8;
    private const int Comment = 16;
    private const int Reserved = 0xE0;

    private static readonly (byte[] Start, string Kind)[] s_others =
    [
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file"), ([.. "BZh"u8], "a bzip2 file"), ([0xFD, .. "7zXZ"u8], "an xz file"),
        ([.. "PK"u8, 3, 4], "a zip file"),
    ];

    /// <summary>True where these bytes begin a member.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, ..];

    /// <summary>Passes over a header, which <see cref="Begins"/>.</summary>
    /// <param name="next">The next byte of the file; throws where there is none.</param>
    /// <returns>Null, or what is wrong with it.</returns>
    public static string? Skip(Func<byte> next)
    {
        var start = new byte[FixedBytes];
        for (var i = 0; i < FixedBytes; i++)
            start[i] = next();
        if (start[2] != Deflate || (start[3] & Reserved) != 0)
            return $"a damaged header (method {start[2]}, flags {start[3]:x2})";
        var flags = start[3];
        if ((flags & Extra) != 0)
        {
            var count = next() | (next() << 8);
            while (count-- > 0)
                next();
        }
        if ((flags & Name) != 0)
            SkipText(next);
        if ((flags & Comment) != 0)
            SkipText(next);
        if ((flags & HeaderChecksum) != 0)
            (_, _) = (next(), next());
        return null;
    }

    private static void SkipText(Func<byte> next)
    {
        while (next() != 0)
        {
        }
    }

    /// <summary>What a file is that begins with these bytes and is no gzip file.</summary>
    public static string Describe(ReadOnlySpan<byte> start)
    {
        foreach (var (magic, kind) in s_others)
        {
            if (start.StartsWith(magic))
                return kind;
        }
        var text = Encoding.ASCII.GetString(start[..Math.Min(start.Length, FixedBytes)]);
        return text.All(c => c is >= ' ' and < '\u007F' or '\n' or '\r' or '\t') && !text.Contains('?')
            ? $"a file that is not compressed and begins with `{text.Trim()}`"
            : $"a file that begins with the bytes {Convert.ToHexStringLower(start[..Math.Min(start.Length, 4)])}";
    }
}
