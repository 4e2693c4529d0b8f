using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class TokenFileHeaderTests
{
    private const string Source = "data/c4/train.tokens";

    [Theory]
    [InlineData(2, 1, 0)]
    [InlineData(4, 4096, 268_435_456)]
    public void A_header_is_read_back_whole(int bytesPerToken, int length, long count)
    {
        var header = new TokenFileHeader(bytesPerToken, length, count);

        Assert.Equal(TokenFileHeader.Size, header.Write().Length);
        Assert.Equal(header, TokenFileHeader.Read(header.Write(), Source));
        Assert.Equal(32 + bytesPerToken * length * count, header.FileBytes);
    }

    [Fact]
    public void Two_bytes_are_enough_up_to_65536_pieces()
    {
        Assert.Equal(2, TokenFileHeader.BytesFor(65_536));
        Assert.Equal(4, TokenFileHeader.BytesFor(65_537));
    }

    [Theory]
    [InlineData(0, 1, "another beginning")]
    [InlineData(8, 1, "format 3")]
    [InlineData(8, -1, "build the data again")]
    [InlineData(12, 1, "3 bytes per token")]
    [InlineData(23, 0x80, "sequences")]
    [InlineData(24, -7, "of 0 tokens")]
    public void A_header_with_a_wrong_byte_is_refused(int at, int change, string says)
    {
        var bytes = new TokenFileHeader(2, 7, 1).Write();
        bytes[at] = (byte)(bytes[at] + change);

        var message = Assert.Throws<ConfigurationException>(() => TokenFileHeader.Read(bytes, Source)).Message;

        Assert.StartsWith(Source, message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_short_is_refused() =>
        Assert.Contains(
            "found 31 bytes",
            Assert.Throws<ConfigurationException>(
                () => TokenFileHeader.Read(new TokenFileHeader(2, 7, 1).Write().AsSpan(0, 31), Source)).Message,
            StringComparison.Ordinal);
}
