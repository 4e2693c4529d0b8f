namespace MiniCpmDist.Runs.Telemetry;

/// <summary>Measures the time from its making to its disposal. It does nothing where no trace is taken.</summary>
public readonly struct TraceSpan(StepTrace? trace, string name) : IDisposable
{
    private readonly long _start = trace?.Now() ?? 0;

    public void Dispose() => trace?.Add(name, _start);
}
