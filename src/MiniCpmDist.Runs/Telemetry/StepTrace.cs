using System.Text.Json;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// Where the time of a few steps goes on this rank, as a file in Chrome's trace format (chrome://tracing, Perfetto).
/// Outside those steps, and where no trace is wanted, a span costs one comparison.
/// </summary>
/// <remarks>
/// Spans before the first step, of the start, belong to step 0 and stand in the file where the first step is wanted.
/// Times are of the wall clock, so that the files of several ranks can be laid over each other.
/// </remarks>
public sealed class StepTrace
{
    private readonly StepRange? _steps;
    private readonly int _rank;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly long _startStamp;
    private readonly double _startMicroseconds;
    private readonly List<(string Name, long Step, long Start, long End)> _spans = [];
    private bool _active;
    private bool _started;
    private long _step;

    /// <param name="steps">What to trace; null for nothing.</param>
    /// <param name="rank">This process's rank.</param>
    /// <param name="folder">The run's; the file there is <c>trace-rankN.json</c>.</param>
    /// <param name="time">The clock.</param>
    public StepTrace(StepRange? steps, int rank, string folder, TimeProvider time)
    {
        (_steps, _rank, _folder, _time) = (steps, rank, folder, time);
        _active = steps is not null;
        _startStamp = time.GetTimestamp();
        _startMicroseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMicroseconds;
    }

    /// <summary>Adds up where time goes in all steps; null where nobody asks.</summary>
    public PartClock? Parts { get; init; }

    /// <summary>Traces nothing.</summary>
    public static StepTrace Off { get; } = new(null, 0, "", TimeProvider.System);

    /// <summary>
    /// A step begins. It includes the evaluation and the checkpoint that follow it. After the last traced step the file
    /// is written.
    /// </summary>
    public void Enter(long step)
    {
        _step = step;
        _active = _steps?.Contains(step) == true;
        if (!_active && !_started)
            _spans.Clear();
        _started = true;
        if (!_active)
            Finish();
    }

    /// <summary>Ends the trace and writes it. There is no file where nothing was traced.</summary>
    public void Finish()
    {
        if (_spans.Count > 0)
            Write(Path.Combine(_folder, $"trace-rank{_rank}.json"));
        _spans.Clear();
    }

    /// <summary>Measures until the span is disposed. Spans end in the reverse order of their beginning.</summary>
    public TraceSpan Measure(string name)
    {
        if (!_active && Parts is null)
            return default;
        Parts?.Begin(name);
        return new TraceSpan(this, name);
    }

    /// <summary>Adds a part of the start that was over before there was a trace.</summary>
    /// <param name="name">Of the span.</param>
    /// <param name="start">A time stamp of the trace's clock.</param>
    /// <param name="end">Another.</param>
    public void Add(string name, long start, long end)
    {
        if (_active)
            _spans.Add((name, _step, start, end));
    }

    internal long Now() => _time.GetTimestamp();

    internal void Add(string name, long start)
    {
        Parts?.End();
        if (_active)
            _spans.Add((name, _step, start, _time.GetTimestamp()));
    }

    private void Write(string path)
    {
        using var file = File.Create(path);
        using var writer = new Utf8JsonWriter(file);
        writer.WriteStartObject();
        writer.WriteString("displayTimeUnit", "ms");
        writer.WriteStartArray("traceEvents");
        WriteName(writer);
        foreach (var span in _spans)
            WriteSpan(writer, span);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteName(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", "process_name");
        writer.WriteString("ph", "M");
        writer.WriteNumber("pid", _rank);
        writer.WriteStartObject("args");
        writer.WriteString("name", $"rank {_rank}");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteSpan(Utf8JsonWriter writer, (string Name, long Step, long Start, long End) span)
    {
        writer.WriteStartObject();
        writer.WriteString("name", span.Name);
        writer.WriteString("ph", "X");
        writer.WriteNumber("ts", _startMicroseconds + Microseconds(_startStamp, span.Start));
        writer.WriteNumber("dur", Microseconds(span.Start, span.End));
        writer.WriteNumber("pid", _rank);
        writer.WriteNumber("tid", 0);
        writer.WriteStartObject("args");
        writer.WriteNumber("step", span.Step);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private double Microseconds(long from, long to) => _time.GetElapsedTime(from, to).TotalMicroseconds;
}
