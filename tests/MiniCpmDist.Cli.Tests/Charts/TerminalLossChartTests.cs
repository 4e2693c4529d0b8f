using MiniCpmDist.Cli.Charts;

namespace MiniCpmDist.Cli.Tests.Charts;

public class TerminalLossChartTests
{
    [Theory]
    [InlineData(40, 12)]
    [InlineData(80, 20)]
    [InlineData(100, 20)]
    [InlineData(300, 90)]
    [InlineData(1, 1)]
    public void The_chart_fits_the_terminal_and_never_exceeds_100_by_20(int width, int height)
    {
        foreach (var runs in new[] { 1, 2, 9, 40 })
        {
            var lines = Lines(
                [.. Enumerable.Range(0, runs)
                    .Select(number => Some.Trunk(100, $"a-run-with-a-rather-long-name-{number}"))],
                width, height);
            Assert.InRange(lines.Length, 8, Math.Clamp(height, 10, 20));
            Assert.All(lines, line => Assert.InRange(line.Length, 0, Math.Clamp(width, 30, 100)));
        }
    }

    [Fact]
    public void Runs_are_named_at_the_ends_of_their_lines_and_in_the_legend()
    {
        var lines = Lines([Some.Trunk(), Some.Decay()], 100, 20);
        Assert.EndsWith("A", lines.Single(line => line.Contains('│') && line.Contains('A')), StringComparison.Ordinal);
        var trunkRow = Array.FindIndex(lines, line => line.EndsWith('A'));
        var decayRow = Array.FindIndex(lines, line => line.EndsWith('B'));
        Assert.True(decayRow > trunkRow, "The decayed loss ends lower.");
        Assert.Matches("^A first        training 4\\.\\d\\d, held-out 4\\.\\d{3}$", lines[^2]);
        Assert.Matches("^B first-decay  training 3\\.\\d\\d, held-out 3\\.\\d{3}$", lines[^1]);
    }

    [Fact]
    public void The_loss_falls_from_upper_left_to_lower_right()
    {
        var lines = Lines([Some.Trunk(200)], 80, 20);
        var dotted = lines.Where(line => line.Any(IsDotted)).ToArray();
        Assert.True(Array.FindIndex(dotted[0].ToCharArray(), IsDotted) < 12);
        Assert.True(Array.FindLastIndex(dotted[^1].ToCharArray(), IsDotted) > 60);
    }

    [Fact]
    public void Token_ticks_stand_below_the_axis_with_their_unit_at_the_last()
    {
        var lines = Lines([Some.Trunk(), Some.Decay()], 100, 20);
        Assert.Equal(
            ["0", "200K", "400K", "600K", "800K", "tokens"],
            lines[^3].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(5, lines[^4].Count(character => character == '┬'));
    }

    [Fact]
    public void Colors_change_nothing_but_the_colors()
    {
        var plain = TerminalLossChart.Render([Some.Trunk(), Some.Decay()], 100, 20);
        var colored = TerminalLossChart.Render([Some.Trunk(), Some.Decay()], 100, 20, useColor: true);
        Assert.Contains("\u001b[38;5;", colored, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', plain);
        Assert.Equal(plain, System.Text.RegularExpressions.Regex.Replace(colored, "\u001b\\[[0-9;]*m", ""));
    }

    [Fact]
    public void One_step_is_a_chart_too() =>
        Assert.Single(Lines([Some.Trunk(1)], 60, 16), line => line.Any(IsDotted));

    private static bool IsDotted(char character) => character is > '\u2800' and <= '\u28FF';

    private static string[] Lines(LossSeries[] series, int width, int height) =>
        TerminalLossChart.Render(series, width, height).TrimEnd('\n').Split('\n');
}
