using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Tests.Randomness;

public sealed class PhiloxTests
{
    /// <summary>
    /// The known answers that the authors of the algorithm publish with Random123 (kat_vectors, philox4x32 10).
    /// </summary>
    public static TheoryData<uint[], uint[], uint[]> KnownAnswers => new()
    {
        { [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        {
            [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff],
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
        },
        {
            [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Philox_gives_the_published_answers(uint[] counter, uint[] key, uint[] expected)
    {
        var (x0, x1, x2, x3) = Philox.Block((counter[0], counter[1], counter[2], counter[3]), (key[0], key[1]));

        Assert.Equal(expected, new[] { x0, x1, x2, x3 });
    }

    [Fact]
    public void Two_64_bit_words_are_the_four_32_bit_words_with_low_halves_first()
    {
        var (low, high) = Philox.Block(0x85a308d3_243f6a88, 0x03707344_13198a2e, 0x299f31d0_a4093822);

        Assert.Equal(0x94fdcceb_d16cfe09UL, low);
        Assert.Equal(0x24126ea1_5001e420UL, high);
    }
}
