using System.Runtime.InteropServices;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>
/// Passes the signals that this process gets on to the ranks' launcher, and remembers those that ask for the end. The
/// first Ctrl-C, and a terminal that is closed, are passed on as SIGTERM, which saves first; a second Ctrl-C as what it
/// is.
/// </summary>
internal sealed class ForwardedSignals : IDisposable
{
    // Numbers of Linux; .NET has names for some only. Those of the first list ask for the end.
    private static readonly int[] s_ending = [Hangup, Interrupt, 12, Terminate];
    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int User1 = 10;
    private const int Terminate = 15;

    private readonly PosixSignalRegistration[] _registrations;
    private readonly ManualResetEventSlim _asked = new();
    private volatile Action<int>? _receiver;

    public ForwardedSignals() => _registrations = [.. s_ending.Append(User1).Select(Register)];

    /// <summary>True when a signal has asked for the end.</summary>
    public bool IsEndAsked => _asked.IsSet;

    /// <summary>Sets who gets the signals from now on; null for nobody.</summary>
    public void SendTo(Action<int>? receiver) => _receiver = receiver;

    /// <summary>Waits, but not after somebody has asked for the end.</summary>
    public void Wait(TimeSpan time) => _asked.Wait(time);

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _asked.Dispose();
    }

    private PosixSignalRegistration Register(int signal) => PosixSignalRegistration.Create(Named(signal), context =>
    {
        context.Cancel = true;
        var isFirst = !IsEndAsked;
        if (signal != User1)
            _asked.Set();
        _receiver?.Invoke(signal == Hangup || (signal == Interrupt && isFirst) ? Terminate : signal);
    });

    private static PosixSignal Named(int signal) => signal switch
    {
        1 => PosixSignal.SIGHUP,
        2 => PosixSignal.SIGINT,
        15 => PosixSignal.SIGTERM,
        _ => (PosixSignal)signal,
    };
}
