using System.Diagnostics;
using System.Globalization;
using MiniCpmDist.Coordinator;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

// Usage: PROGRAM MINICPM.DLL [--runs N] [--reports N] [--seconds N]
const int MostMilliseconds = 20, MostMebibytes = 300, MostSecondsToServing = 2, FewestReportsPerSecond = 20_000;
var tool = args[0];
var runs = Number("--runs", 1000);
var reports = Number("--reports", 10_000_000);
var pace = Number("--seconds", 0);
var state = Directory.CreateTempSubdirectory("minicpm-load-").FullName;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var coordinator = Serve("http://127.0.0.1:0", out var address);
try
{
    using var client = RunControlClient.Connect(address);
    // Before a thousand others knock at once: they come again where they are turned away, and this client does not.
    await client.ListAsync();
    var empty = Resident();
    Console.WriteLine($"coordinator without runs: {empty} MiB resident");

    // As a training has it: what a run has done goes along with its newest status.
    var histories = Enumerable.Range(0, runs).Select(_ => new RunHistory()).ToArray();
    var reporters = Enumerable.Range(0, runs)
        .Select(index => new RunReporter(new RunReporterOptions(address, $"run-{index:000}", () => 1)
        {
            History = histories[index].Since,
        })).ToArray();
    foreach (var reporter in reporters)
        reporter.Take();
    while ((await client.ListAsync()).Count < runs)
        await Task.Delay(20);

    var latencies = new List<double>();
    var done = new CancellationTokenSource();
    var asking = Task.Run(AskAsync);
    var clock = Stopwatch.StartNew();
    long inObserve = 0;
    var peak = Resident();
    for (var report = 0; report < reports; report++)
    {
        var status = Status($"run-{report % runs:000}", 1 + report / runs);
        histories[report % runs].Follow(status);
        var before = Stopwatch.GetTimestamp();
        reporters[report % runs].Observe(status);
        inObserve += Stopwatch.GetTimestamp() - before;
        if (report % runs != 0)
            continue;
        peak = report % (100 * runs) == 0 ? Math.Max(peak, Resident()) : peak;
        var ahead = TimeSpan.FromSeconds((double)pace * report / reports) - clock.Elapsed;
        if (ahead > TimeSpan.FromMilliseconds(20))
            await Task.Delay(ahead);
        // As fast as the coordinator takes them: a queue holds the newest 1024 of a run.
        while (pace == 0 && report / runs % 256 == 0 && await LeastStepAsync() < report / runs - 512)
            await Task.Delay(1);
    }

    while (await LeastStepAsync() != reports / runs)
        await Task.Delay(20);
    var seconds = clock.Elapsed.TotalSeconds;
    await done.CancelAsync();
    await asking;
    latencies.Sort();
    Console.WriteLine(
        $"{reports} step reports of {runs} runs in {seconds:F1} s, {reports / seconds:F0} a second; "
        + $"{reporters.Sum(one => one.DroppedReports)} left out");
    Console.WriteLine($"coordinator afterwards: {Resident()} MiB resident, {Math.Max(peak, Resident())} MiB at most");
    Console.WriteLine(
        $"status, {latencies.Count} calls under load: median {At(0.5):F1} ms, p99 {At(0.99):F1} ms, "
        + $"longest {latencies[^1]:F1} ms");
    Console.WriteLine($"Observe, joined: {inObserve * 1e9 / Stopwatch.Frequency / reports:F0} ns a call");
    peak = Math.Max(peak, Resident());
    // Each waits until its last reports are taken.
    ThreadPool.SetMinThreads(runs, runs);
    await Task.WhenAll(reporters.Select(reporter => Task.Run(reporter.Dispose)));
    var toServing = await RestartAsync();
    Console.WriteLine($"killed, and started again: {toServing:F2} s until it lists {runs} runs with their last step");
    await EmbeddedAsync();
    return At(0.99) < MostMilliseconds && peak < MostMebibytes && toServing < MostSecondsToServing
        && reports / seconds >= FewestReportsPerSecond ? 0 : 1;

    async Task<long> LeastStepAsync() => (await client.ListAsync()).Min(run => run.Status?.Step ?? 0);

    async Task<double> RestartAsync()
    {
        coordinator.Kill();
        coordinator.WaitForExit();
        coordinator.Dispose();
        var begin = Stopwatch.GetTimestamp();
        coordinator = Serve(address, out _);
        var known = await client.ListAsync();
        return known.Count(run => run.Status?.Step == reports / runs) == runs
            ? Stopwatch.GetElapsedTime(begin).TotalSeconds
            : throw new InvalidOperationException("A run has lost its last step.");
    }

    async Task AskAsync()
    {
        for (var call = 0; !done.IsCancellationRequested; call++)
        {
            var before = Stopwatch.GetTimestamp();
            await client.StatusAsync($"run-{call % runs:000}");
            latencies.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            await Task.Delay(5);
        }
    }

    double At(double share) => latencies[(int)(share * (latencies.Count - 1))];
}
finally
{
    coordinator.Kill();
    coordinator.WaitForExit();
    Directory.Delete(state, recursive: true);
}

Process Serve(string where, out string address)
{
    var start = new ProcessStartInfo("dotnet", [tool, "coordinator", "--state", state, "--listen", where])
    {
        RedirectStandardOutput = true,
    };
    var process = Process.Start(start)!;
    var line = process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException("The coordinator did not start.");
    address = line.Split(' ')[2].TrimEnd(';');
    return process;
}

// What every training pays that has the coordinator in itself.
async Task EmbeddedAsync()
{
    var folder = Directory.CreateTempSubdirectory("minicpm-load-").FullName;
    await using (var embedded = EmbeddedCoordinator.Start(new CoordinatorOptions(), "trunk", folder))
    {
        const int Steps = 1_000_000;
        var status = Status("trunk", 1);
        long observe = 0, take = 0;
        for (var step = 0; step < Steps; step++)
        {
            var before = Stopwatch.GetTimestamp();
            embedded.Control.Observe(status with { Step = step });
            var between = Stopwatch.GetTimestamp();
            embedded.Control.Take();
            (observe, take) = (observe + between - before, take + Stopwatch.GetTimestamp() - between);
        }

        Console.WriteLine(
            $"embedded: Observe {observe * 1e9 / Stopwatch.Frequency / Steps:F0} ns, "
            + $"Take {take * 1e9 / Stopwatch.Frequency / Steps:F0} ns a step");
    }

    Directory.Delete(folder, recursive: true);
}

static RunStatus Status(string name, long step) => new(
    name, step, 100_000, step * 2048, 3.5, 0.01, 2048, PhaseKind.Stable, 12345.5, 2, 0)
{
    Schedule = new LiveSchedule(
        new ScheduleOptions { Warmup = 20480, Stable = 100_000 * 2048L, Decay = 2048, TokenBatch = 2048 }, 2048,
        [new SourceShare("docs", 700_000_000), new SourceShare("code", 300_000_000)],
        [new SourceShare("docs", 500_000_000), new SourceShare("code", 500_000_000)]),
    Sources = [new SourceLoss("docs", 3.4, 1.1, 1400), new SourceLoss("code", 3.7, 1.2, 600)],
};

long Resident()
{
    coordinator.Refresh();
    return coordinator.WorkingSet64 >> 20;
}

int Number(string option, int standard) =>
    Array.IndexOf(args, option) is > 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;
