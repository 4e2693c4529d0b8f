using MiniCpmDist.Core.Evaluation;

namespace MiniCpmDist.Core.Tests.Evaluation;

public sealed class SharedTokensTests
{
    [Fact]
    public void Shared_positions_and_own_tokens_make_up_the_whole_text_of_each_option()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 500; trial++)
        {
            // Three letters, so that texts often have a common beginning of any length, and often none.
            var shots = Ids(random, random.Next(0, 12));
            int[] prompt = [1, .. shots.Skip(1).Take(random.Next(12)), .. Ids(random, random.Next(1, 6))];
            int[][] whole =
            [
                .. Enumerable.Range(0, 4).Select(_ =>
                    (int[])[.. prompt[..random.Next(1, prompt.Length + 1)], .. Ids(random, prompt.Length + 2)]),
            ];
            var window = random.Next(8, 40);

            var tokens = SharedTokens.Of(shots, prompt, whole, window);

            int[] path = [.. shots[..tokens.SharedShots], .. tokens.Prompt];
            Assert.Equal(prompt, path);
            Assert.NotEmpty(tokens.Prompt);
            foreach (var (option, ids) in tokens.Options.Zip(whole))
            {
                Assert.Equal(ids.Length - 1 > window, option.IsCut);
                int[] found = [.. option.IsCut ? [] : path[..option.Kept], .. option.Ids];
                Assert.Equal(option.IsCut ? ids[^(window + 1)..] : ids, found);
                Assert.Equal(Math.Min(ids.Length - prompt.Length, window), option.Scored);
            }
        }
    }

    [Fact]
    public void Windows_over_a_text_count_each_token_once_and_see_as_much_before_it_as_the_stride_says()
    {
        (int, int, int)[] cases = [(100, 16, 8), (100, 16, 16), (100, 16, 1), (5, 16, 4)];
        foreach (var (tokens, window, stride) in cases)
        {
            var seen = new int[tokens];
            foreach (var part in TextWindow.Of(tokens, window, stride))
            {
                Assert.InRange(part.Count, 2, window + 1);
                for (var i = part.FirstScored; i < part.Count; i++)
                    seen[part.First + i]++;
                Assert.True(part.First == 0 || part.FirstScored > window - stride);
            }
            Assert.Equal(0, seen[0]);
            Assert.All(seen.Skip(1), count => Assert.Equal(1, count));
        }
    }

    private static int[] Ids(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(i => i == 0 && count > 6 ? 1 : random.Next(1, 4))];
}
