namespace MiniCpmDist.Runs.Telemetry;

/// <summary>Time between its making and its disposal; nothing at all where no trace is taken.</summary>
public readonly struct TraceSpan(StepTrace? trace, string name) : IDisposable
{
    private readonly long _start = trace?.Now() ?? 0;

    public void Dispose() => trace?.Add(name, _start);
}
