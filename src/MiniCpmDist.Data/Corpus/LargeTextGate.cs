namespace MiniCpmDist.Data.Corpus;

/// <summary>
/// Lets one long line at a time into memory, however many threads read: what is short is bounded by the number of
/// threads, what is long by this. Who enters leaves on the same thread.
/// </summary>
public sealed class LargeTextGate
{
    /// <summary>What is longer needs the gate, bytes.</summary>
    public const int Threshold = 1 << 20;

    private readonly Lock _one = new();

    public void Enter() => _one.Enter();

    public void Leave() => _one.Exit();
}
