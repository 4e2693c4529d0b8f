using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class TokenIndexHeaderTests
{
    private const string Source = "data/c4/train.index";

    [Fact]
    public void A_header_is_read_back_and_knows_where_the_tables_are()
    {
        var header = new TokenIndexHeader(SequenceCount: 3, PartCount: 10);

        Assert.Equal(header, TokenIndexHeader.Read(header.Write(), Source));
        Assert.Equal(32 + 4 * 8, header.ChecksumsAt);
        Assert.Equal(header.ChecksumsAt + 3 * 4, header.PartsAt);
        Assert.Equal(header.PartsAt + 10 * 16, header.FileBytes);
    }

    [Theory]
    [InlineData(0, 1, "another beginning")]
    [InlineData(8, 1, "format 3")]
    [InlineData(8, -1, "format 1")]
    [InlineData(23, 0x80, "sequences")]
    [InlineData(31, 0x80, "parts")]
    public void A_header_with_a_wrong_byte_is_refused(int at, int change, string says)
    {
        var bytes = new TokenIndexHeader(3, 10).Write();
        bytes[at] = (byte)(bytes[at] + change);

        var message = Assert.Throws<ConfigurationException>(() => TokenIndexHeader.Read(bytes, Source)).Message;

        Assert.StartsWith(Source, message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_is_read_back_and_one_that_no_packer_writes_is_unsound()
    {
        var part = new SequencePart(9, 122_752, 4, 9);
        var bytes = new byte[SequencePart.Size];
        part.Write(bytes);

        Assert.Equal(part, SequencePart.Read(bytes));
        Assert.True(part.IsSound);
        Assert.Equal(5, part.LossTokens);
        Assert.False((part with { Length = 0 }).IsSound);
        Assert.False((part with { LossEnd = 10 }).IsSound);
        Assert.False((part with { LossStart = -1 }).IsSound);
        Assert.False((part with { LossEnd = 3 }).IsSound);
    }
}
