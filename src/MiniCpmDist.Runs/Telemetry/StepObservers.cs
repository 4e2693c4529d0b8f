namespace MiniCpmDist.Runs.Telemetry;

/// <summary>All who watch a run, in the order in which they are told; on ranks other than 0 nobody.</summary>
public sealed class StepObservers(IReadOnlyList<IStepObserver> observers)
{
    public static StepObservers Nobody { get; } = new([]);

    public void Tell(Action<IStepObserver> notify)
    {
        foreach (var observer in observers)
            notify(observer);
    }
}
