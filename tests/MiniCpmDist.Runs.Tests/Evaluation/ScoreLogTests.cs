using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Runs.Evaluation;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Runs.Tests.Evaluation;

public sealed class ScoreLogTests
{
    [Fact]
    public void Scores_come_back_with_all_their_bits_and_half_a_line_counts_as_none()
    {
        using var folder = new TemporaryFolder();
        var scores = Enumerable.Range(0, 100).Select(i => new ItemScore(
            $"水/{i} \"x\"\n", i % 2 == 0, [-Math.Exp(i / 7.0), -1.0 / 3, -0.0], [1, 2, 3],
            i % 3 == 0 ? "text\n🙂" : null, i % 5 == 0 ? true : null)).ToArray();
        using (var log = ScoreLog.OpenCollective(folder.Root, "own", new LoopbackCommunicator()))
        {
            foreach (var score in scores)
                log.Add(score);
        }
        File.AppendAllText(folder.Path("own.0.jsonl"), "{\"id\":\"cut\",\"cu");
        File.WriteAllText(folder.Path("own.3.jsonl"), new ItemScore("of rank 3", false, [], [5], "a").Write() + "\n");
        File.WriteAllText(folder.Path("other.0.jsonl"), new ItemScore("of other rules", false, [], [5]).Write() + "\n");

        using var again = ScoreLog.OpenCollective(folder.Root, "own", new LoopbackCommunicator());

        Assert.Equal(scores.Length + 1, again.Known.Count);
        foreach (var score in scores)
        {
            var found = again.Known[score.Id];
            Assert.Equal(
                score.Sums.Select(BitConverter.DoubleToInt64Bits), found.Sums.Select(BitConverter.DoubleToInt64Bits));
            Assert.Equal((score.IsCut, score.Text, score.Passed), (found.IsCut, found.Text, found.Passed));
        }
    }
}
