using System.Diagnostics.Metrics;
using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// Measures how long each collective takes and how many bytes this rank sends. All of this time is on the training
/// thread, so all of it is exposed: nothing is computed meanwhile.
/// </summary>
public sealed class MeasuredCommunicator : ICommunicator
{
    /// <summary>The spans of a trace, and the values of the label <c>op</c>.</summary>
    public static IReadOnlyList<string> Operations { get; } = ["broadcast", "all-gather", "exchange", "barrier"];

    private readonly ICommunicator _inner;
    private readonly StepTrace _trace;
    private readonly TimeProvider _time;
    private readonly Histogram<double> _seconds;
    private readonly Counter<long> _bytes;

    /// <param name="inner">The world; still its owner's to dispose.</param>
    /// <param name="trace">Gets a span for each collective.</param>
    /// <param name="meter">Of this rank.</param>
    /// <param name="time">The clock.</param>
    public MeasuredCommunicator(ICommunicator inner, StepTrace trace, Meter meter, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meter);
        (_inner, _trace, _time) = (inner, trace, time);
        _seconds = meter.CreateHistogram<double>(
            "minicpm.collective.duration", "s",
            "Time that this rank spent in a collective, including the wait for other ranks.",
            advice: new() { HistogramBucketBoundaries = [1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10] });
        _bytes = meter.CreateCounter<long>(
            "minicpm.collective.bytes", null, "Bytes that this rank has sent in collectives.");
    }

    public int Rank => _inner.Rank;

    public int WorldSize => _inner.WorldSize;

    public string Description => _inner.Description;

    public void BroadcastCollective(Span<byte> buffer)
    {
        var start = _time.GetTimestamp();
        using (_trace.Measure(Operations[0]))
            _inner.BroadcastCollective(buffer);
        Add(0, start, Rank == 0 ? buffer.Length : 0);
    }

    public void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive)
    {
        var start = _time.GetTimestamp();
        using (_trace.Measure(Operations[1]))
            _inner.AllGatherCollective(send, receive);
        Add(1, start, send.Length);
    }

    public void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes)
    {
        var start = _time.GetTimestamp();
        using (_trace.Measure(Operations[2]))
            _inner.ExchangeCollective(peer, send, sendBytes, receive, receiveBytes);
        Add(2, start, sendBytes);
    }

    public void BarrierCollective()
    {
        var start = _time.GetTimestamp();
        using (_trace.Measure(Operations[3]))
            _inner.BarrierCollective();
        Add(3, start, 0);
    }

    public void Abort(int exitCode) => _inner.Abort(exitCode);

    public void Dispose() { }

    private void Add(int operation, long start, long bytes)
    {
        var label = new KeyValuePair<string, object?>("op", Operations[operation]);
        _seconds.Record(_time.GetElapsedTime(start).TotalSeconds, label);
        if (bytes > 0)
            _bytes.Add(bytes, label);
    }
}
