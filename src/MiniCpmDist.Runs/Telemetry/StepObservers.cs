namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// All observers of a run, in the order in which they are called. On ranks other than 0 there are none.
/// </summary>
public sealed class StepObservers(IReadOnlyList<IStepObserver> observers)
{
    public static StepObservers Nobody { get; } = new([]);

    public void Tell(Action<IStepObserver> notify)
    {
        foreach (var observer in observers)
            notify(observer);
    }
}
