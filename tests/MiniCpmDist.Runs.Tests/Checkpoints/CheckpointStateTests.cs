using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Runs.Tests.Checkpoints;

public sealed class CheckpointStateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_schedule_comes_back_to_the_last_bit_and_in_words()
    {
        var options = new ScheduleOptions
        {
            LearningRate = 0.1 + 0.2, Warmup = 1000, StableIsOpen = true, OpenDecay = Extent.OfPercent(0.1),
            TokenBatch = 100, DecayShape = DecayShape.OneMinusSqrt, HalfLife = 7,
            Batches = new BatchPlan
            {
                Stages = [new BatchStage(5, 200, LearningRateRule.Sqrt)],
                Law = new BatchLaw { Smoothing = 9, Min = 100, Max = 900, Source = "docs" },
            },
        };
        SourceShare[] shares = [new("docs", 333_333_333), new("code", 666_666_667)];
        var live = new LiveSchedule(options, 10, shares, shares);
        var schedule = new ScheduleState(
            live, live with { BatchUnit = 20 }, new BatchState(500, 1 / 3.0), ["request-1", "größer"]);
        var state = new CheckpointState("tiny", 5, 500, [], new Dictionary<string, string>()) { Schedule = schedule };

        var path = _folder.Write("state.json", state.Write());
        var found = CheckpointState.Read(path).Schedule!;

        Assert.Equal((live, schedule.Configured, schedule.Batches), (found.Live, found.Configured, found.Batches));
        Assert.Equal(schedule.Requests, found.Requests);
        Assert.Contains("\"decay_shape\": \"one_minus_sqrt\"", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_from_before_there_were_live_schedules_has_none() => Assert.Null(
        CheckpointState.Read(_folder.Write(
            "state.json", """{ "run": "tiny", "step": 1, "tokens": 96, "sources": [], "fixed": {} }""")).Schedule);

    public void Dispose() => _folder.Dispose();
}
