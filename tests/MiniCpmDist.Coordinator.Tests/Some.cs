using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>Examples.</summary>
internal static class Some
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Every field differs from every other and from its default.</summary>
    public static RunStatus Status(long step) => new(
        "quickstart", step, 480, step * 2048, 7.25 + 1.0 / 3.0, 0.01, 2048, PhaseKind.Stable, 12345.5, 2, 100);

    /// <summary>Warmup of 10 steps, stable to step 400, decay to step 480; every option differs from its
    /// default.</summary>
    public static LiveSchedule Schedule { get; } = new(
        new ScheduleOptions
        {
            LearningRate = 0.02,
            Warmup = 10 * 2048,
            Stable = 390 * 2048,
            Decay = 80 * 2048,
            DecayShape = DecayShape.Linear,
            FinalRatio = 0.25,
            TokenBatch = 2048,
        },
        512,
        [new SourceShare("docs", 700_000_000), new SourceShare("code", 300_000_000)],
        [new SourceShare("docs", 500_000_000), new SourceShare("code", 500_000_000)]);

    /// <summary>One of each kind.</summary>
    public static IReadOnlyList<RunCommand> Commands { get; } =
    [
        new RunCommand.Checkpoint(),
        new RunCommand.Stop(),
        new RunCommand.Pause(),
        new RunCommand.Continue(),
        new RunCommand.SetLearningRate(1.0 / 3.0),
        new RunCommand.SetTokenBatch(4096, LearningRateRule.Sqrt),
        new RunCommand.SetMixture(PhaseKind.Decay, [new SourceShare("docs", 123_456_789), new SourceShare("code", 1)]),
        new RunCommand.BeginDecay(null, null),
        new RunCommand.BeginDecay(Extent.OfPercent(12.5), DecayShape.OneMinusSqrt),
        new RunCommand.ExtendStable(null),
        new RunCommand.ExtendStable(Extent.OfSteps(500)),
        new RunCommand.Branch("quickstart-decay", Extent.OfTokens(1_000_000), Launch: true),
    ];

    /// <summary>Waits until something holds; failures of calls on the way are those of a service that is not there
    /// yet.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                if (await holds())
                    return;
            }
            catch (RunControlException) when (!patience.IsCancellationRequested)
            {
                // Away, or not known yet.
            }

            await Task.Delay(20, patience.Token);
        }
    }
}
