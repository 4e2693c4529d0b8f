namespace MiniCpmDist.Data.Corpus;

/// <summary>
/// Lets one long line at a time into memory, however many threads read. The number of threads bounds the memory of
/// short lines, and this gate bounds that of long ones. A thread that enters must leave itself.
/// </summary>
public sealed class LargeTextGate
{
    /// <summary>Lines of more bytes than this need the gate.</summary>
    public const int Threshold = 1 << 20;

    private readonly Lock _one = new();

    public void Enter() => _one.Enter();

    public void Leave() => _one.Exit();
}
