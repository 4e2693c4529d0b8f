using Microsoft.AspNetCore.Http;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Coordinator.Tests.Page;

/// <summary>A trunk and its branches as somebody might have trained them.</summary>
internal sealed class PretendRuns : IRunHistories
{
    /// <summary>What a run must not be able to do to whoever looks at it.</summary>
    public const string Hostile = "<script>window.taken = 1</script><img src=x onerror=\"window.taken = 2\">";

    private const int TokenBatch = 2048;

    public PretendRuns()
    {
        Add(Trunk, 1, 400, PhaseKind.Stable);
        Trunk.Tell("run-started", 0, 0, "attempt 1 begins with 2 ranks");
        Trunk.Tell("checkpoint", 200, 200 * TokenBatch, "saved (interval)");
        Trunk.Tell("command", 300, 300 * TokenBatch, "set-lr: learning rate 0.02 -> 0.01");
        Add(Branch, 201, 280, PhaseKind.Decay);
        Branch.Take([new Measure("margin", 0.25), new Measure("broken", double.NaN)]);
        Branch.Tell("run-finished", 280, 280 * TokenBatch, "the schedule is at its end");
        Add(Stranger, 301, 320, PhaseKind.Decay);
        Stranger.Tell(Hostile, 301, 301 * TokenBatch, Hostile);
    }

    public RunHistory Trunk { get; } = new();

    public RunHistory Branch { get; } = new();

    /// <summary>Everything about it that is text is hostile.</summary>
    public RunHistory Stranger { get; } = new();

    public static EmbeddedCoordinator Serve(
        IRunHistories runs, string http = "http://127.0.0.1:0", string? tokens = null,
        RequestDelegate? metrics = null) =>
        EmbeddedCoordinator.Start(
            new CoordinatorOptions { Http = http, Tokens = tokens }, "trunk", new MemoryFiles(), null,
            metrics, runs);

    public void Train(int steps) =>
        Add(Trunk, (int)Trunk.Newest!.Value.Step + 1, (int)Trunk.Newest!.Value.Step + steps, PhaseKind.Stable);

    public IReadOnlyList<RunWithHistory> Read() =>
    [
        new RunWithHistory("trunk", null, 0, Trunk),
        new RunWithHistory("trunk-decay", "trunk", 200, Branch),
        new RunWithHistory(Hostile, "trunk", 300, Stranger),
    ];

    private static void Add(RunHistory history, int first, int last, PhaseKind after)
    {
        for (var step = first; step <= last; step++)
        {
            var phase = step <= 20 ? PhaseKind.Warmup : after;
            history.Add(new HistoryPoint(
                step, (long)step * TokenBatch, 4 + 20.0 / (step + 2) + 0.05 * (step % 5),
                step <= 20 ? 0.001 * step : phase == PhaseKind.Decay ? 0.02 / (1 + 0.1 * (step - first)) : 0.02,
                TokenBatch, 9000 + 100 * (step % 9), phase));
            if (step % 40 == 0)
                history.Add(new HeldOutPoint(step, (long)step * TokenBatch, 4.1 + 20.0 / step));
        }
    }
}
