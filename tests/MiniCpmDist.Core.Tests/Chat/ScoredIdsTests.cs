using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Core.Tests.Chat;

public sealed class ScoredIdsTests
{
    [Fact]
    public void A_conversation_of_two_answers_has_two_parts()
    {
        // <s> question answer end question answer end
        var scored = new ScoredIds([1, 10, 11, 2, 12, 13, 2], [false, false, true, true, false, true, true]);

        Assert.Equal([new SequencePart(3, 2, 1, 3, GoesOn: true), new SequencePart(3, 2, 1, 3)], scored.Parts());
        Assert.Equal([1, 10], scored.Prompt.ToArray());
        Assert.Equal((6, 4), (scored.Positions, scored.ScoredCount));
    }

    [Fact]
    public void Parts_say_of_every_position_whether_its_target_is_scored()
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var length = random.Next(2, 30);
            var ids = Enumerable.Range(100, length).ToArray();
            var scored = new ScoredIds(ids, [.. ids.Select(_ => random.Next(2) == 0)]);

            var parts = scored.Parts();

            Assert.Equal(scored.Positions, parts.Sum(part => part.Length));
            Assert.Equal(scored.IsScored.Skip(1), parts.SelectMany(
                part => Enumerable.Range(0, part.Length).Select(at => at >= part.LossStart && at < part.LossEnd)));
            Assert.All(parts.SkipLast(1), part => Assert.True(part.GoesOn));
            Assert.False(parts[^1].GoesOn);
            var end = 0;
            Assert.All(parts, part => Assert.Equal(ids[end += part.Length], part.LastTarget));
        }
    }

    [Fact]
    public void A_part_that_goes_on_is_read_as_it_was_written()
    {
        var bytes = new byte[SequencePart.Size];
        foreach (var part in (SequencePart[])[new(3, 0, 1, 3, true), new(3, 0, 1, 3), new(9, 122_752, 0, 9, true)])
        {
            part.Write(bytes);
            Assert.Equal(part, SequencePart.Read(bytes));
        }
    }
}
