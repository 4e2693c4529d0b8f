using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class TokenFileHeaderTests
{
    private const string Source = "data/c4/train.tokens";

    [Theory]
    [InlineData(2, 0)]
    [InlineData(4, 1_100_000_000_000)]
    public void A_header_is_read_back_whole(int bytesPerToken, long count)
    {
        var header = new TokenFileHeader(bytesPerToken, count);

        Assert.Equal(TokenFileHeader.Size, header.Write().Length);
        Assert.Equal(header, TokenFileHeader.Read(header.Write(), Source));
        Assert.Equal(32 + bytesPerToken * count, header.FileBytes);
    }

    [Fact]
    public void Two_bytes_are_enough_up_to_65536_pieces()
    {
        Assert.Equal(2, TokenFileHeader.BytesFor(65_536));
        Assert.Equal(4, TokenFileHeader.BytesFor(65_537));
    }

    [Theory]
    [InlineData(0, "another beginning")]
    [InlineData(8, "format 2")]
    [InlineData(12, "3 bytes per token")]
    [InlineData(23, "tokens")]
    public void A_header_with_a_wrong_byte_is_refused(int at, string says)
    {
        var bytes = new TokenFileHeader(2, 1).Write();
        bytes[at] = at == 23 ? (byte)0x80 : (byte)(bytes[at] + 1);

        var message = Assert.Throws<ConfigurationException>(() => TokenFileHeader.Read(bytes, Source)).Message;

        Assert.StartsWith(Source, message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_short_is_refused() =>
        Assert.Contains(
            "found 31 bytes",
            Assert.Throws<ConfigurationException>(
                () => TokenFileHeader.Read(new TokenFileHeader(2, 1).Write().AsSpan(0, 31), Source)).Message,
            StringComparison.Ordinal);
}
