namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>How long the end of a run is put off while its last checkpoint cannot be saved.</summary>
/// <param name="Tries">The last one included.</param>
/// <param name="Pause">Between two tries.</param>
public sealed record SavePatience(int Tries, TimeSpan Pause)
{
    /// <summary>The usual patience, long enough for somebody who is called to make room.</summary>
    public static SavePatience Standard { get; } = new(60, TimeSpan.FromSeconds(10));

    internal void Wait() => new ManualResetEventSlim().Wait(Pause);
}
