using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>
/// How long to wait before the next attempt to reach a coordinator: twice as long each time, and spread, so that the
/// runs of a cluster do not all come back in the same instant.
/// </summary>
internal sealed class ReconnectDelay(string runName)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private ulong _drawn;
    private int _failures;

    /// <summary>Called when a connection stood: the next failure is a first one again.</summary>
    public void Reset() => _failures = 0;

    /// <summary>Returns between half and all of the doubled time.</summary>
    public TimeSpan Next()
    {
        var full = s_first * Math.Pow(2, Math.Min(_failures++, 20));
        var draw = CounterRandom.UInt64(seed: 0, runName, _drawn++) / (double)ulong.MaxValue;
        return (full < s_longest ? full : s_longest) * (0.5 + 0.5 * draw);
    }
}
