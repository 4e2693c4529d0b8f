using System.Runtime.InteropServices;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Engine.Training.Saving;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// Turns signals into requests for a checkpoint: SIGUSR1 saves and goes on; SIGTERM, SIGINT (Ctrl-C), SIGHUP (a
/// terminal that is closed) and SIGUSR2 save and end. All ranks take them, because launchers pass them on to all; only
/// rank 0's requests are looked at. The kernel sends the same to what a killed launcher has started, and then the
/// request says so.
/// </summary>
/// <remarks>
/// A second SIGTERM changes nothing: launchers that end a world send several, and the save must outlive them. A second
/// SIGINT is a person's, and ends the process at once, as SIGKILL does. Before the first step there is nothing to save,
/// and what the start waits for may never come: there a second one of any of them ends the process.
/// </remarks>
internal sealed class SaveSignals : IDisposable
{
    // .NET names only some signals; the others go by their numbers, which are those of Linux.
    private const PosixSignal User1 = (PosixSignal)10;
    private const PosixSignal User2 = (PosixSignal)12;

    // A process and its group may both be sent the same one, as timeout does; no person is that quick.
    private static readonly TimeSpan s_together = TimeSpan.FromMilliseconds(300);

    // Batch systems are slower than that; launch/mpirun has the same time.
    private static readonly TimeSpan s_togetherOfSystems = TimeSpan.FromSeconds(2);

    private readonly PosixSignalRegistration[] _registrations;
    private readonly bool _isTold;
    private readonly Lock _guard = new();
    private long? _askedAt;

    /// <param name="isTold">Somebody at the terminal is told what Ctrl-C does; one rank does that.</param>
    public SaveSignals(bool isTold)
    {
        _isTold = isTold;
        _registrations =
        [
            Register(User1, new SaveRequest("SIGUSR1", ThenEnd: false)),
            Register(User2, new SaveRequest("SIGUSR2", ThenEnd: true)),
            Register(PosixSignal.SIGTERM, new SaveRequest("SIGTERM", ThenEnd: true)),
            Register(PosixSignal.SIGHUP, new SaveRequest("SIGHUP", ThenEnd: true)),
            Register(PosixSignal.SIGINT, new SaveRequest("SIGINT", ThenEnd: true)),
        ];
    }

    public SaveRequests Requests { get; } = new();

    /// <summary>Called when a signal asks for the end, with what became of who had started this process, if anything
    /// did.</summary>
    public Action<string?>? EndAsked { get; set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    /// <summary>Whether a signal that asks for the end ends the process, because an earlier one has asked.</summary>
    /// <param name="signal">The later one.</param>
    /// <param name="since">How long ago the first one came.</param>
    /// <param name="isWatched">Training has begun, and looks at requests.</param>
    internal static bool EndsAtOnce(PosixSignal signal, TimeSpan since, bool isWatched) =>
        signal == PosixSignal.SIGINT ? since > s_together : !isWatched && since > s_togetherOfSystems;

    private PosixSignalRegistration Register(PosixSignal signal, SaveRequest request) =>
        PosixSignalRegistration.Create(signal, context => context.Cancel = IsTaken(signal, request));

    /// <returns>False for one that is to do what it does by itself: end the process.</returns>
    private bool IsTaken(PosixSignal signal, SaveRequest request)
    {
        if (request.ThenEnd)
        {
            lock (_guard)
            {
                if (_askedAt is { } asked
                    && EndsAtOnce(signal, TimeProvider.System.GetElapsedTime(asked), Requests.IsWatched))
                    return false;
                if (signal == PosixSignal.SIGINT && _askedAt is null && _isTold)
                {
                    DisplayOutput.Line(
                        Console.Error,
                        "minicpm: Ctrl-C: a checkpoint is saved and the run ends; Ctrl-C again ends it at once");
                }
                _askedAt ??= TimeProvider.System.GetTimestamp();
            }
        }
        var gone = request.ThenEnd ? Starters.Gone() : null;
        Requests.Ask(gone is null ? request : request with { Signal = $"{request.Signal}: {gone}" });
        if (request.ThenEnd)
            EndAsked?.Invoke(gone);
        return true;
    }
}
