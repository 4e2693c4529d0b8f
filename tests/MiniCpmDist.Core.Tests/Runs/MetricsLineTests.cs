using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Tests.Runs;

public sealed class MetricsLineTests
{
    private static readonly StepReport s_step = new(
        401, 821_248, 4.123456789012345, 0.1 + 0.2, 2048, 1.0 / 3, 0.25, 0.001, PhaseKind.Decay, 2,
        [new SourceLoss("c4", 4.1, 1.5, 1500), new SourceLoss("code", 5.2, 2.5, 548)]);

    private static readonly HeldOutReport s_heldOut = new(
        400, 819_200, Math.PI, 64, 1, [new SourceLoss("c4", Math.PI, Math.E, 16_384)]);

    [Fact]
    public void A_step_is_read_back_to_the_last_bit() =>
        Assert.Equivalent(s_step, MetricsLine.Parse(MetricsLine.Write(s_step)), strict: true);

    [Fact]
    public void What_an_objective_measures_besides_is_read_back_and_is_missing_where_there_is_nothing()
    {
        var measured = s_step with { Measures = [new Measure("margin", 0.1 + 0.2), new Measure("accuracy", 0.5)] };
        var line = MetricsLine.Write(measured);

        Assert.Equivalent(measured, MetricsLine.Parse(line), strict: true);
        Assert.EndsWith(
            "\"measures\":{\"margin\":0.30000000000000004,\"accuracy\":0.5}}", line, StringComparison.Ordinal);
        Assert.DoesNotContain("measures", MetricsLine.Write(s_step), StringComparison.Ordinal);
        var heldOut = s_heldOut with { Measures = measured.Measures };
        Assert.Equivalent(heldOut, MetricsLine.ParseHeldOut(MetricsLine.Write(heldOut)), strict: true);
    }

    [Fact]
    public void An_evaluation_is_read_back_to_the_last_bit() =>
        Assert.Equivalent(s_heldOut, MetricsLine.ParseHeldOut(MetricsLine.Write(s_heldOut)), strict: true);

    [Fact]
    public void A_line_has_the_keys_that_other_tools_read() =>
        Assert.Equal(
            """{"step":401,"tokens":821248,"loss":4.123456789012345,"lr":0.30000000000000004,"token_batch":"""
            + """2048,"grad_norm":0.3333333333333333,"seconds":0.25,"data_seconds":0.001,"phase":"decay","attempt":2,"""
            + "\"sources\":" + """{"c4":{"loss":4.1,"bits_per_byte":1.5,"tokens":1500},"""
            + "\"code\":" + """{"loss":5.2,"bits_per_byte":2.5,"tokens":548}}}""",
            MetricsLine.Write(s_step));

    [Fact]
    public void A_loss_that_is_no_finite_number_is_null_and_read_back_as_none()
    {
        var line = MetricsLine.Write(s_heldOut with
        {
            Loss = double.NaN,
            Sources = [new SourceLoss("c4", double.PositiveInfinity, double.NaN, 16_384)],
        });

        Assert.Contains("\"held_out_loss\":null", line, StringComparison.Ordinal);
        Assert.True(MetricsLine.IsHeldOut(line));
        var read = MetricsLine.ParseHeldOut(line);
        Assert.Equal(
            (double.NaN, double.NaN, 16_384), (read.Loss, read.Sources[0].Loss, read.Sources[0].Tokens));
    }

    [Fact]
    public void Steps_and_evaluations_are_told_apart()
    {
        Assert.False(MetricsLine.IsHeldOut(MetricsLine.Write(s_step)));
        Assert.True(MetricsLine.IsHeldOut(MetricsLine.Write(s_heldOut)));
    }

    [Fact]
    public void All_phases_have_names()
    {
        foreach (var phase in Enum.GetValues<PhaseKind>())
            Assert.Equal(phase, MetricsLine.Parse(MetricsLine.Write(s_step with { Phase = phase })).Phase);
    }

    [Fact]
    public void Keys_of_a_later_version_are_skipped()
    {
        var line = """{"perplexity":{"c4":4.1},""" + MetricsLine.Write(s_step)[1..];

        Assert.Equivalent(s_step, MetricsLine.Parse(line), strict: true);
    }

    [Theory]
    [InlineData("", "Expected a line of metrics.jsonl")]
    [InlineData("{\"step\":1,\"tok", "found `{\"step\":1,\"tok`")]
    [InlineData("[]", "Expected a line")]
    [InlineData("{\"step\":1}", "\"tokens\" is missing")]
    [InlineData("{\"step\":\"one\"}", "Expected a line")]
    public void A_broken_line_is_a_sentence(string line, string says) =>
        Assert.Contains(
            says, Assert.Throws<FormatException>(() => MetricsLine.Parse(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_phase_is_a_sentence()
    {
        var line = MetricsLine.Write(s_step).Replace("decay", "party", StringComparison.Ordinal);

        Assert.Contains(
            "found `party`", Assert.Throws<FormatException>(() => MetricsLine.Parse(line)).Message,
            StringComparison.Ordinal);
    }
}
