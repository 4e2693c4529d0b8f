using System.Runtime.InteropServices;
using MiniCpmDist.Engine.Saving;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// Turns signals into requests for a checkpoint: SIGUSR1 saves and goes on, SIGUSR2 and SIGTERM save and end. All ranks
/// take them, because launchers pass them on to all; only rank 0's requests are looked at. The kernel sends the same to
/// what a killed launcher has started, and then the request says so.
/// </summary>
/// <remarks>
/// A second SIGTERM changes nothing: launchers that end a world send several, and the save must outlive them. SIGINT
/// ends the process at once, and so does SIGKILL.
/// </remarks>
internal sealed class SaveSignals : IDisposable
{
    // .NET names only some signals; the others go by their numbers, which are those of Linux.
    private const PosixSignal User1 = (PosixSignal)10;
    private const PosixSignal User2 = (PosixSignal)12;

    private readonly PosixSignalRegistration[] _registrations;

    public SaveSignals() => _registrations =
    [
        Register(User1, new SaveRequest("SIGUSR1", ThenEnd: false)),
        Register(User2, new SaveRequest("SIGUSR2", ThenEnd: true)),
        Register(PosixSignal.SIGTERM, new SaveRequest("SIGTERM", ThenEnd: true)),
    ];

    public SaveRequests Requests { get; } = new();

    /// <summary>Called when a signal asks for the end, with what became of who had started this process, if anything
    /// did.</summary>
    public Action<string?>? EndAsked { get; set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, SaveRequest request) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            var gone = request.ThenEnd ? Starters.Gone() : null;
            Requests.Ask(gone is null ? request : request with { Signal = $"{request.Signal}: {gone}" });
            if (request.ThenEnd)
                EndAsked?.Invoke(gone);
        });
}
