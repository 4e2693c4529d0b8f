using MiniCpmDist.Cli.Display;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Recovery;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>
/// A world that still has the run when the next one is to be started: its launcher was killed, and its ranks are
/// saving. They are waited for; ranks that have been told to end and do not are shut out.
/// </summary>
/// <param name="folder">The run.</param>
/// <param name="hangAfter">How long such ranks may take; null for as long as they like.</param>
/// <param name="say">Takes sentences for the user.</param>
/// <param name="time">The clock.</param>
internal sealed class FormerWorld(RunFolder folder, TimeSpan? hangAfter, Action<string> say, TimeProvider time)
{
    /// <summary>Time until ranks whose launcher was killed have been told to end, and have said so.</summary>
    private static readonly TimeSpan s_untilToldAndSaid = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Waits for what the launcher of an attempt has left behind on this host, and kills what does not end.
    /// </summary>
    public void EndRest(WorldProcess world)
    {
        if (!world.HasRest)
            return;
        say("the launcher has ended before its ranks; they are waited for");
        Wait(() => world.HasRest, hangAfter ?? TimeSpan.MaxValue, () => false);
        world.KillRest();
    }

    /// <summary>Waits while another world has the run and is ending.</summary>
    /// <param name="isEndAsked">True when nothing will be started any more.</param>
    /// <returns>True where it has been told to end and has not: the next world must take the run over.</returns>
    public bool IsStuck(Func<bool> isEndAsked)
    {
        if (!RunLock.IsHeld(folder))
            return false;
        say("another world still trains this run; it is waited for in case it is ending");
        if (!Wait(() => RunLock.IsHeld(folder), s_untilToldAndSaid, () => IsEnding || isEndAsked()) || !IsEnding)
            return false;
        var patience = hangAfter ?? TimeSpan.MaxValue;
        var given = hangAfter is { } limit ? ProgressText.Span(limit) : "time";
        say($"its ranks have been told to end; they have {given}");
        return Wait(() => RunLock.IsHeld(folder) && IsEnding, patience, isEndAsked) && !isEndAsked();
    }

    /// <summary>
    /// Only rank 0 has the lock; heartbeats of other ranks may be those of a larger world that is long gone.
    /// </summary>
    private bool IsEnding => HeartbeatFolder.Read(folder).Any(heartbeat => heartbeat is { Rank: 0, IsEnding: true });

    /// <returns>True where the condition still holds.</returns>
    private bool Wait(Func<bool> condition, TimeSpan patience, Func<bool> isEnough)
    {
        var begin = time.GetTimestamp();
        while (condition())
        {
            if (isEnough() || time.GetElapsedTime(begin) >= patience)
                return true;
            CancellationToken.None.WaitHandle.WaitOne(s_round);
        }
        return false;
    }
}
