using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Cli.Telemetry;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Runs.Telemetry;

// What all instruments of rank 0 cost a step, with a listener and a scraper at work: tests/bench/telemetry [RUN]

const int Batches = 20;
const int StepsOfBatch = 1_000;
const int MicroBatches = 16;
const int Ranks = 8;
const double MostShare = 0.005;
const double SecondsBetweenScrapes = 15;

var options = RunFile.Parse(
    """
    model: nano
    data: { sources: { web: { path: a, stable: 0.5, decay: 0.5 }, code: { path: b, stable: 0.5, decay: 0.5 } } }
    schedule: { learning_rate: 0.01, stable: 1000 steps, token_batch: 65536 tokens }
    checkpoint: { every: 100 steps }
    telemetry: { peak_flops_per_second: 1e12 }
    """, "cost.yaml");
var scope = new object();
KeyValuePair<string, object?>[] labels = [new("run", "cost"), new("rank", 0)];
using var ofRun = new Meter(new MeterOptions("cost.run") { Scope = scope, Tags = labels[..1] });
using var ofRank = new Meter(new MeterOptions("cost.rank") { Scope = scope, Tags = labels });
using var collector = new MetricsCollector(scope);
var trace = new StepTrace(null, 0, "", TimeProvider.System)
{
    Parts = new PartClock(TimeProvider.System, StepParts.SharedSpans),
};
using var world = new LoopbackCommunicator();
using var communicator = new MeasuredCommunicator(world, trace, ofRank, TimeProvider.System);
IStepObserver[] observers =
[
    new TrainingMetrics(ofRun, options, "cost", TimeProvider.System),
    new CheckpointMetrics(ofRun, options, TimeProvider.System),
    new GoodputMetrics(ofRun, 0, TimeSpan.Zero, TimeSpan.Zero, TimeProvider.System),
];
var rank = new RankMetrics(ofRank, options, 1);
var control = new CommandMetrics(ofRun, new Silence());
var status = new RunStatus("cost", 1, 1000, 65536, 3, 0.01, 65536, PhaseKind.Stable, 1000, Ranks, 0)
{
    Schedule = options.InitialSchedule(),
};
var sources = new[] { new SourceLoss("web", 3, 1, 1000), new SourceLoss("code", 3, 1, 1000) };
var arrivals = Enumerable.Range(0, Ranks).Select(i => i * 1e-3).ToArray();

// The quickest of many batches: other programs only ever add to it.
var cost = Enumerable.Range(0, Batches).Min(batch => Seconds(() =>
{
    for (var i = 1; i <= StepsOfBatch; i++)
        Step(batch * StepsOfBatch + i);
})) / StepsOfBatch;
var scrape = Enumerable.Range(0, Batches).Min(_ => Seconds(() => collector.WriteAsync(new MemoryStream()).Wait()));
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{cost * 1e6:F1} us a step of {MicroBatches} micro-batches in a world of {Ranks} ranks; "
    + $"{scrape * 1e3:F2} ms a scrape"));
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{MostShare:P1} of a step of {cost / (MostShare - scrape / SecondsBetweenScrapes) * 1e3:F1} ms, "
    + $"less of longer ones"));
if (args is not [var run])
    return 0;
var seconds = File.ReadLines(Path.Combine(run, "metrics.jsonl"))
    .Select(line => JsonDocument.Parse(line).RootElement)
    .Where(line => line.TryGetProperty("seconds", out _))
    .Select(line => line.GetProperty("seconds").GetDouble())
    .Order()
    .ToArray();
var median = seconds[seconds.Length / 2];
var share = cost / median + scrape / SecondsBetweenScrapes;
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"{share:P3} of the median step of {run}, {median * 1e3:F1} ms"));
return share < MostShare ? 0 : 1;

static double Seconds(Action work)
{
    var clock = Stopwatch.StartNew();
    work();
    return clock.Elapsed.TotalSeconds;
}

// The spans, collectives and reports of one step, without the step.
void Step(long step)
{
    trace.Enter(step);
    using (trace.Measure("step"))
    {
        trace.Measure("data").Dispose();
        for (var i = 0; i < MicroBatches; i++)
        {
            trace.Measure("forward").Dispose();
            trace.Measure("backward").Dispose();
        }
        trace.Measure("reduction").Dispose();
        trace.Parts!.OwnSeconds();
        using (trace.Measure("norm"))
            communicator.AllGatherCollective([1], new byte[1]);
        trace.Measure("optimizer").Dispose();
        for (var i = 0; i < 2 * double.Log2(Ranks); i++)
            communicator.BroadcastCollective([]);
        communicator.AllGatherCollective([1], new byte[1]);
        trace.Parts.Synchronized();
    }
    var report = new StepReport(step, step * 65536, 3, 0.01, 65536, 1, 0.1, 0.001, PhaseKind.Stable, 1, sources);
    var progress = new RunProgress("cost", step, 1000, step * 65536, 65_536_000, Ranks, 1);
    control.Observe(status);
    var parts = trace.Parts.Take();
    rank.Stepped(step, parts);
    foreach (var observer in observers)
    {
        observer.Stepped(report, progress);
        observer.Arrived(arrivals);
        observer.Spent(parts);
    }
}

/// <summary>Nobody commands.</summary>
internal sealed class Silence : IRunControl
{
    public RunRequest? Take() => null;

    public void Decided(RunRequest request, RunDecision decision) { }

    public void Observe(RunStatus status) { }
}
