using MiniCpmDist.Cli.Supervision;

namespace MiniCpmDist.Cli.Tests.Supervision;

public class WorkerProcessTests
{
    [Theory]
    [InlineData("\u00010", 0, "")]
    [InlineData("\u000175", 75, "")]
    [InlineData("step 7 of 10\u00012", 2, "step 7 of 10")]
    public void The_end_of_a_command_is_found_after_a_line_that_it_has_not_ended(
        string line, int exitCode, string said) =>
        Assert.Equal((exitCode, said), WorkerProcess.EndOf(line));

    [Fact]
    public void Other_lines_end_no_command() => Assert.Null(WorkerProcess.EndOf("held-out loss 4.0 \u0001 of 2"));
}
