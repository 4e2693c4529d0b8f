using MiniCpmDist.Core.Recall;

namespace MiniCpmDist.Core.Tests.Recall;

public sealed class RecallMakerTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    [Theory]
    [InlineData(RecallKind.Passkey)]
    [InlineData(RecallKind.Needles)]
    [InlineData(RecallKind.Pairs)]
    [InlineData(RecallKind.Copy)]
    public void What_is_asked_for_stands_in_the_document_and_more_filling_changes_nothing_of_it(RecallKind kind)
    {
        var maker = new RecallMaker(kind, 3, seed: 5);
        var (shorter, longer) = (maker.Make(7, 0.4, 30), maker.Make(7, 0.4, 300));

        Assert.Equal(shorter.Output, longer.Output);
        Assert.True(longer.Input.Length > shorter.Input.Length);
        Assert.All(Wanted(longer), wanted => Assert.Contains(wanted, longer.Input, Ordinal));
        Assert.Equal(longer, maker.Make(7, 0.4, 300));
        Assert.NotEqual(longer.Output, maker.Make(8, 0.4, 300).Output);
        Assert.NotEqual(longer.Output, new RecallMaker(kind, 3, seed: 6).Make(7, 0.4, 300).Output);
        Assert.False(char.IsWhiteSpace(longer.Input[^1]));
    }

    [Theory]
    [InlineData(RecallKind.Passkey, "The pass key is ")]
    [InlineData(RecallKind.Needles, "The number of ")]
    [InlineData(RecallKind.Copy, "The words are: ")]
    public void Depth_is_where_it_stands(RecallKind kind, string fact)
    {
        var maker = new RecallMaker(kind, 1, seed: 1);
        var places = new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(depth =>
        {
            var text = maker.Make(3, depth, 600).Input;
            return (Depth: depth, Share: (double)text.IndexOf(fact, Ordinal) / text.Length);
        });

        Assert.All(places, place => Assert.InRange(place.Share, place.Depth - 0.06, place.Depth + 0.06));
    }

    [Fact]
    public void The_key_that_is_asked_for_has_one_value_in_the_document()
    {
        // With so many pairs more than one document in three would name its key twice by chance.
        var maker = new RecallMaker(RecallKind.Pairs, 1, seed: 2);
        for (var index = 0UL; index < 8; index++)
        {
            var item = maker.Make(index, 0.5, 120_000);
            var key = item.Input[(item.Input.LastIndexOf("Key", Ordinal))..^1];

            Assert.Equal(1, item.Input.Split(key + ": ").Length - 1);
            Assert.Contains($"{key}: {item.Output}", item.Input, Ordinal);
        }
    }

    [Fact]
    public void Several_numbers_are_asked_for_in_an_order_of_their_own_and_each_name_once()
    {
        var item = new RecallMaker(RecallKind.Needles, 8, seed: 3).Make(1, null, 400);

        Assert.Equal(8, item.Input.Split("The number of ").Length - 1);
        Assert.Equal(8, Wanted(item).Distinct().Count());
    }

    [Fact]
    public void The_words_of_filling_are_as_many_as_asked_for()
    {
        var maker = new RecallMaker(RecallKind.Passkey, 1, seed: 1);
        var without = Words(maker.Make(1, 0.5, 0));

        Assert.All(Enumerable.Range(0, 20), words => Assert.Equal(without + words, Words(maker.Make(1, 0.5, words))));
        Assert.Equal(without + 2, Words(maker.Make(1, 0.5, 0, "a a")));

        static int Words(RecallItem item) => item.Input.Split(' ').Length;
    }

    /// <summary>The facts that the answer repeats.</summary>
    private static IEnumerable<string> Wanted(RecallItem item) => item.Kind switch
    {
        RecallKind.Needles => item.Output.TrimEnd('.').Replace(" and ", ", ", Ordinal).Split(", ")
            .Select(number => $"is {number}."),
        RecallKind.Copy => [$"The words are: {item.Output}"],
        RecallKind.Pairs => [$": {item.Output}"],
        _ => [$"is {item.Output}"],
    };
}
