namespace MiniCpmDist.Core.Recovery;

/// <summary>
/// Decides whether a failed attempt is tried again, and after how long. It counts failures in a row without a new
/// checkpoint: a run that makes progress may fail as often as its machines do.
/// </summary>
/// <param name="retries">Attempts in a row that may get nowhere.</param>
/// <param name="pause">
/// The pause before the second of them; it doubles with each further one. The first retry does not wait.
/// </param>
public sealed class RetryRule(int retries, TimeSpan pause)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);
    private int _fruitless;

    /// <summary>Retries since the run last made progress.</summary>
    public int Fruitless => _fruitless;

    /// <param name="gotOn">Whether the attempt has saved a checkpoint.</param>
    /// <returns>How long to wait; null where it is not tried again.</returns>
    public TimeSpan? Next(bool gotOn)
    {
        _fruitless = gotOn ? 1 : _fruitless + 1;
        if (_fruitless > retries)
            return null;
        if (_fruitless == 1)
            return TimeSpan.Zero;
        var seconds = pause.TotalSeconds * Math.Pow(2, _fruitless - 2);
        return TimeSpan.FromSeconds(Math.Min(seconds, s_longest.TotalSeconds));
    }
}
