using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Tests.Control;

/// <summary>Steps of 100 tokens: 10 of warmup, 80 stable, 10 of decay; learning rate 1; docs and code half and
/// half.</summary>
internal static class SomeSchedule
{
    public const long Batch = 100;

    public static LiveSchedule Live(Func<ScheduleOptions, ScheduleOptions>? change = null)
    {
        var options = new ScheduleOptions
        {
            LearningRate = 1, Warmup = 1000, Stable = 8000, Decay = 1000, FinalRatio = 0.1, TokenBatch = Batch,
        };
        return new LiveSchedule(change?.Invoke(options) ?? options, 10, Half, Half);
    }

    public static IReadOnlyList<SourceShare> Half => Shares(500_000_000, 500_000_000);

    public static IReadOnlyList<SourceShare> Shares(long docs, long code) =>
        [new SourceShare("docs", docs), new SourceShare("code", code)];

    public static LiveSchedule After(this LiveSchedule now, long tokens, RunCommand command) =>
        ScheduleChange.Apply(now, tokens, command).After;

    /// <summary>The whole message of a refusal.</summary>
    public static string Refusal(this LiveSchedule now, long tokens, RunCommand command) =>
        Assert.Throws<ConfigurationException>(() => ScheduleChange.Apply(now, tokens, command)).Message;
}
