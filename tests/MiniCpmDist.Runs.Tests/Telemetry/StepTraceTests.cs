using System.Text.Json;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Runs.Telemetry;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Runs.Tests.Telemetry;

public sealed class StepTraceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minicpm-trace-").FullName;
    private readonly HandClock _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Spans_of_the_wanted_steps_stand_in_the_file_as_soon_as_the_next_step_begins()
    {
        var trace = new StepTrace(new StepRange(2, 3), rank: 1, _folder, _clock);
        for (var step = 1; step <= 4; step++)
        {
            Assert.False(File.Exists(Path.Combine(_folder, "trace-rank1.json")));
            trace.Enter(step);
            using (trace.Measure("step"))
            {
                _clock.Turn(1);
                using (trace.Measure("data"))
                    _clock.Turn(0.5);
            }
        }

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "trace-rank1.json")));
        var events = json.RootElement.GetProperty("traceEvents").EnumerateArray()
            .Where(entry => entry.GetProperty("ph").GetString() == "X")
            .Select(entry => (
                entry.GetProperty("name").GetString(),
                entry.GetProperty("args").GetProperty("step").GetInt64(),
                Seconds: entry.GetProperty("ts").GetDouble() / 1e6 - 1767225600, // 2026-01-01
                Length: entry.GetProperty("dur").GetDouble() / 1e6,
                entry.GetProperty("pid").GetInt32()))
            .OrderBy(entry => entry.Seconds);
        Assert.Equal(
            [("step", 2, 1.5, 1.5, 1), ("data", 2, 2.5, 0.5, 1), ("step", 3, 3.0, 1.5, 1), ("data", 3, 4.0, 0.5, 1)],
            events);
    }

    [Theory]
    [InlineData(401, 402, new[] { "start .NET 0", "weights 0", "step 401" })]
    [InlineData(402, 403, new string[0])]
    public void The_start_stands_in_the_file_where_the_first_step_is_wanted(int first, int last, string[] expected)
    {
        var trace = new StepTrace(new StepRange(first, last), rank: 0, _folder, _clock);
        var born = _clock.GetTimestamp();
        _clock.Turn(1);
        trace.Add("start .NET", born, _clock.GetTimestamp());
        trace.Measure("weights").Dispose();
        trace.Enter(401);
        trace.Measure("step").Dispose();
        trace.Finish();

        Assert.Equal(expected, NamesAndSteps());
    }

    [Fact]
    public void A_run_that_ends_within_the_steps_leaves_what_there_is_and_none_leaves_no_file()
    {
        var trace = new StepTrace(new StepRange(5, 9), rank: 0, _folder, _clock);
        trace.Enter(4);
        trace.Measure("step").Dispose();
        trace.Finish();
        Assert.Empty(Directory.GetFiles(_folder));

        trace.Enter(5);
        trace.Measure("step").Dispose();
        trace.Finish();
        Assert.Single(Directory.GetFiles(_folder));
    }

    private string[] NamesAndSteps()
    {
        var path = Path.Combine(_folder, "trace-rank0.json");
        if (!File.Exists(path))
            return [];
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return
        [
            .. json.RootElement.GetProperty("traceEvents").EnumerateArray()
                .Where(entry => entry.GetProperty("ph").GetString() == "X")
                .Select(entry => $"{entry.GetProperty("name")} {entry.GetProperty("args").GetProperty("step")}"),
        ];
    }
}
