using System.Text;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class Crc32Tests
{
    // The first is the check value of the algorithm's catalogue, the others are zlib's.
    [Theory]
    [InlineData("123456789", 0xCBF43926)]
    [InlineData("", 0)]
    [InlineData("a", 0xE8B7BE43)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339)]
    public void The_checksum_is_that_of_zlib(string text, uint checksum) =>
        Assert.Equal(checksum, Crc32.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Pieces_of_any_length_give_the_checksum_of_the_whole()
    {
        var random = new Random(5);
        var bytes = new byte[1000];
        random.NextBytes(bytes);
        for (var cut = 0; cut <= bytes.Length; cut += 7)
        {
            var checksum = new Crc32();
            checksum.Append(bytes.AsSpan(0, cut));
            checksum.Append(bytes.AsSpan(cut));
            Assert.Equal(Crc32.Of(bytes), checksum.Value);
        }
    }
}
