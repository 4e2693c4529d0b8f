using MiniCpmDist.Core.Alignment;

namespace MiniCpmDist.Core.Tests.Alignment;

public sealed class AlignmentReportTests
{
    private static readonly AlignmentReport s_report = new(
        60, new Dictionary<string, double> { ["margin"] = 0.25, ["chosen_reward"] = -0.125 }, 16,
        new AnswerLengths(20.5, 0.25), new AnswerLengths(31, 0), 0.0125, [new TextCost("docs", 2.5, 2.625)],
        "held-out text of pre-training: that of base");

    [Fact]
    public void The_expectation_of_its_terms_is_the_divergence_of_the_distributions()
    {
        double[] policy = [0.5, 0.25, 0.125, 0.125], reference = [0.25, 0.25, 0.375, 0.125];

        var expected = policy.Zip(reference, (p, q) => p * Math.Log(p / q)).Sum();
        var found = policy.Zip(reference, (p, q) => p * AlignmentReport.DivergenceSum(
            [(float)-Math.Log(p)], [(float)-Math.Log(q)])).Sum();

        Assert.Equal(expected, found, 1e-6);
    }

    [Fact]
    public void No_term_is_below_zero_and_equal_losses_give_zero()
    {
        var random = new Random(3);
        for (var i = 0; i < 1000; i++)
        {
            var (policy, reference) = (20 * random.NextSingle(), 20 * random.NextSingle());

            Assert.True(AlignmentReport.DivergenceSum([policy], [reference]) >= 0);
            Assert.Equal(0, AlignmentReport.DivergenceSum([policy], [policy]));
        }
    }

    [Fact]
    public void A_report_is_read_as_it_was_written_and_told_in_sentences()
    {
        var read = AlignmentReportText.Parse(AlignmentReportText.Write(s_report));

        Assert.Equal(s_report.Pairs, read.Pairs);
        Assert.Equal(s_report.Text, read.Text);
        Assert.Equal(s_report with { Pairs = read.Pairs, Text = read.Text }, read);
        Assert.Equal(
            [
                "held-out pairs: margin 0.25, chosen reward -0.125",
                "KL to the reference: 0.0125 nats per token, over the model's own answers to 16 held-out prompts",
                "answer length: 20.5 tokens (25 % without an end) before, 31.0 tokens after",
                "held-out text of docs: loss 2.5000 before, 2.6250 after: alignment has cost +0.1250 nats per token",
                "held-out text of pre-training: that of base",
            ],
            AlignmentReportText.Lines(read));
        Assert.Throws<FormatException>(() => AlignmentReportText.Parse("{"));
    }
}
