using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Runs;

public sealed class TaskScoresLineTests
{
    private static readonly TaskScoresReport s_report = new(
        400, 819_200, 2, 12_345, 1.25,
        [new TaskScore("arc-easy", "harness", "likelihood", "characters", IsOwn: true, 0.1 + 0.2, 0.05, 100)]);

    [Fact]
    public void What_is_written_is_read_to_the_last_bit()
    {
        var read = TaskScoresLine.Parse(TaskScoresLine.Write(s_report));

        Assert.Equal(s_report.Scores, read.Scores);
        Assert.Equal(s_report, read with { Scores = s_report.Scores });
    }

    [Fact]
    public void A_line_has_its_keys_in_this_order_and_the_shortest_digits() => Assert.Equal(
        """{"step":400,"tokens":819200,"attempt":2,"positions":12345,"seconds":1.25,"scores":["""
        + """{"task":"arc-easy","flavour":"harness","mode":"likelihood","rule":"characters","own_rule":true,"""
        + "\"score\":0.30000000000000004,\"error\":0.05,\"items\":100}]}",
        TaskScoresLine.Write(s_report));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"step":1,"tokens":2,"attempt":1,"positions":3,"seconds":1,"scores":[{}]}""")]
    public void A_line_that_lacks_something_is_refused(string line) =>
        Assert.Throws<FormatException>(() => TaskScoresLine.Parse(line));
}
