using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MiniCpmDist.Cli.Charts;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Cli.Tests.Charts;

public partial class SvgLossChartTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_trunk_and_its_decay_branch_share_one_token_axis()
    {
        var chart = XDocument.Parse(SvgLossChart.Render([Some.Trunk(), Some.Decay()], "Loss"));
        var lines = Classed(chart, "line smooth s")
            .Where(path => path.Attribute("d")!.Value.Length > 100)
            .Select(Points)
            .ToList();
        Assert.Equal(2, lines.Count);
        var trunk = lines[0].MinBy(point => Math.Abs(point.X - lines[1][0].X));
        Assert.Equal(trunk.X, lines[1][0].X);
        Assert.Equal(lines[0][^1].X, lines[1][^1].X);
        Assert.True(
            lines[1][^1].Y > lines[0][^1].Y + 10, "The decayed loss should lie visibly below the constant one.");
    }

    [Fact]
    public void The_last_held_out_value_of_each_run_is_written_beside_the_plot()
    {
        var labels = Classed(XDocument.Parse(SvgLossChart.Render([Some.Trunk(), Some.Decay()], "Loss")), "value")
            .Select(label => label.Value);
        Assert.Equal(
            [AxisText.Loss(Some.Trunk().HeldOut[^1].Loss), AxisText.Loss(Some.Decay().HeldOut[^1].Loss)], labels);
    }

    [Fact]
    public void Without_held_out_points_there_are_no_markers_and_no_labels()
    {
        var trunk = Some.Trunk();
        var chart = XDocument.Parse(SvgLossChart.Render([new LossSeries("bare", trunk.Training, [], [])], "Loss"));
        Assert.Empty(Classed(chart, "mark"));
        Assert.Empty(Classed(chart, "value"));
        Assert.DoesNotContain("held-out", chart.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_phase_is_named_once_for_each_run_that_has_it()
    {
        var words = Classed(XDocument.Parse(SvgLossChart.Render([Some.Trunk(), Some.Decay()], "Loss")), "small")
            .Select(text => text.Value);
        Assert.Equal(["first", "← warmup", "stable", "first-decay", "decay"], words);
    }

    [Fact]
    public void The_title_and_the_outcome_are_there_for_screen_readers_with_markup_escaped()
    {
        var chart =
            XDocument.Parse(SvgLossChart.Render([Some.Trunk(name: "a<b> & \"c\"\u0001")], "Loss of <a> & b")).Root!;
        Assert.Equal("img", chart.Attribute("role")!.Value);
        Assert.Equal("Loss of <a> & b", chart.Element(s_svg + "title")!.Value);
        Assert.Contains(
            "a<b> & \"c\"\uFFFD: training 4.2", chart.Element(s_svg + "desc")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_run_color_has_a_contrast_of_4_5_to_its_background()
    {
        var shades = Shade()
            .Matches(SvgLossChart.Render([Some.Trunk()], "Loss"))
            .Select(match => match.Groups[1].Value)
            .ToList();
        Assert.Equal(12, shades.Count);
        Assert.All(shades.Take(6), shade => Assert.True(Contrast(shade, "ffffff") >= 4.5, $"{shade} on white"));
        Assert.All(shades.Skip(6), shade => Assert.True(Contrast(shade, "14171b") >= 4.5, $"{shade} on dark"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(480)]
    [InlineData(30_000)]
    public void A_run_of_any_length_gives_a_small_valid_picture(int steps)
    {
        var svg = SvgLossChart.Render([Some.Trunk(steps)], "Loss");
        AssertDrawable(svg);
        Assert.InRange(svg.Length, 1_000, 40_000);
    }

    [Fact]
    public void No_input_puts_a_number_into_the_picture_that_is_not_one()
    {
        double[] losses = [
            0, 1, 4.2, 4.2, 4.2000000001, -1, 1e-300, 1e29, 1e308, double.NaN, double.PositiveInfinity,
            double.NegativeInfinity
        ];
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            // At least one point can be shown.
            List<LossPoint> training = [new(0, 5)];
            for (var count = random.Next(30); count > 0; count--)
                training.Add(new LossPoint(
                    training[^1].Tokens + random.Next(3) * random.NextInt64(1L << 40),
                    losses[random.Next(losses.Length)]));
            List<LossPoint> heldOut = [.. training.Where(_ => random.Next(4) == 0)];
            List<PhaseSpan> phases = random.Next(2) == 0
                ? []
                : [new PhaseSpan(PhaseKind.Cosine, 0, training[^1].Tokens)];
            var series = new LossSeries("random", training, heldOut, phases);
            AssertDrawable(SvgLossChart.Render([series], "Loss"));
            Assert.NotEmpty(TerminalLossChart.Render([series], 80, 20));
        }
    }

    [Fact]
    public void More_runs_than_colors_differ_by_their_dashes()
    {
        var chart = XDocument.Parse(SvgLossChart.Render(
            [.. Enumerable.Range(0, 8).Select(number => Some.Trunk(100, $"run-{number}"))], "Loss"));
        var looks = Classed(chart, "line smooth s")
            .Select(line => (line.Attribute("class")!.Value, line.Attribute("stroke-dasharray")?.Value))
            .ToList();
        Assert.Equal(8, looks.Distinct().Count());
    }

    private static void AssertDrawable(string svg)
    {
        var chart = XDocument.Parse(svg);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", svg, StringComparison.Ordinal);
        foreach (var rectangle in chart.Descendants(s_svg + "rect").Where(one => one.Attribute("x") is not null))
            Assert.True(double.Parse(rectangle.Attribute("width")!.Value, CultureInfo.InvariantCulture) > 0);
    }

    private static IEnumerable<XElement> Classed(XDocument chart, string prefix) =>
        chart.Descendants()
            .Where(element => element.Attribute("class")?.Value.StartsWith(prefix, StringComparison.Ordinal) ?? false);

    private static List<(double X, double Y)> Points(XElement path)
    {
        var numbers = path.Attribute("d")!.Value[1..]
            .Split(' ')
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture));
        return [.. numbers.Chunk(2).Select(pair => (pair[0], pair[1]))];
    }

    // Relative luminance and contrast as WCAG 2 defines them.
    private static double Contrast(string one, string other)
    {
        double a = Luminance(one), b = Luminance(other);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string color)
    {
        var linear = color.Chunk(2)
            .Select(pair => int.Parse(pair, NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))
            .ToArray();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }

    [GeneratedRegex(@"\.s\d\{color:#([0-9a-f]{6})\}")]
    private static partial Regex Shade();
}
