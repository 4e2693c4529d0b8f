using System.Diagnostics.Metrics;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Runs.Tests.Telemetry;

public sealed class GoodputMetricsTests : IDisposable
{
    private readonly HandClock _clock = new();
    private readonly Meter _meter = new(new MeterOptions("Tests") { Scope = new object() });
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _lost = [];
    private double _goodput;

    public GoodputMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (instrument.Name == "minicpm.goodput")
                _goodput = value;
            else
                _lost[(string)tags[0].Value!] = _lost.GetValueOrDefault((string)tags[0].Value!) + value;
        });
        _listener.Start();
    }

    [Fact]
    public void Steps_that_an_earlier_attempt_had_done_move_nothing_on()
    {
        var goodput = new GoodputMetrics(
            _meter, furthestStep: 10, down: TimeSpan.FromSeconds(3), startup: TimeSpan.FromSeconds(1), _clock);
        goodput.Started(Progress(9));
        foreach (var step in (long[])[10, 11, 12])
        {
            _clock.Turn(2);
            goodput.Stepped(Report(step), Progress(step));
        }
        _listener.RecordObservableInstruments();

        Assert.Equal(2 * 1.5 / (3 + 1 + 3 * 2), _goodput);
        Assert.Equal((3, 1, 1.5), (_lost["down"], _lost["startup"], _lost["repeated"]));
    }

    [Fact]
    public void Time_that_goes_to_evaluation_saves_and_pauses_is_lost_by_its_cause()
    {
        var goodput = new GoodputMetrics(_meter, 0, TimeSpan.Zero, TimeSpan.Zero, _clock);
        goodput.Spent(new Dictionary<string, double>
        {
            ["evaluation"] = 1, ["checkpoint"] = 2, ["pause"] = 4, ["forward"] = 8, ["data"] = 16,
        });

        Assert.Equal(
            (1, 2, 4, 16), (_lost["eval"], _lost["checkpoint_stall"], _lost["pause"], _lost["data_wait"]));
    }

    [Fact]
    public void Steps_that_are_taken_again_after_a_rollback_move_nothing_on_and_the_way_back_is_lost_too()
    {
        var goodput = new GoodputMetrics(_meter, 0, TimeSpan.Zero, TimeSpan.FromSeconds(1), _clock);
        goodput.Started(Progress(0));
        goodput.Stepped(Report(1), Progress(1));
        goodput.Stepped(Report(2), Progress(2));
        goodput.RolledBack(new RollbackReport(RollbackCause.Spike, "a spike", 2, 0, 12));
        _clock.Turn(3);
        goodput.Started(Progress(0));
        foreach (var step in (long[])[1, 2, 3])
            goodput.Stepped(Report(step), Progress(step));

        Assert.Equal((1, 3, 2 * 1.5), (_lost["startup"], _lost["rollback"], _lost["repeated"]));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private static StepReport Report(long step) =>
        new(step, step * 100, 3, 0.01, 100, 1, Seconds: 2, DataSeconds: 0.5, PhaseKind.Stable, 2, []);

    private static RunProgress Progress(long step) => new("run", step, 100, step * 100, 10_000, 1, 2);
}
