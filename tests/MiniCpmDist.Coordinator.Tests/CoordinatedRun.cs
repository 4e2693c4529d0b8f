using MiniCpmDist.Core.Control;
using MiniCpmDist.Protocol;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>A service on a free port and a client of it; the test plays the training loop.</summary>
internal sealed class CoordinatedRun : IAsyncDisposable
{
    private readonly CoordinatorHost _host = CoordinatorHost.Start("http://127.0.0.1:0", "quickstart");

    public CoordinatedRun() => Client = RunControlClient.Connect(_host.BoundAddress);

    public RunControlClient Client { get; }

    public IRunControl Control => _host.Control;

    public string Address => _host.BoundAddress;

    /// <summary>Takes the command that a caller is sending.</summary>
    public async Task<RunRequest> TakeAsync()
    {
        using var patience = new CancellationTokenSource(Some.Patience);
        while (true)
        {
            if (Control.Take() is { } command)
                return command;

            await Task.Delay(5, patience.Token);
        }
    }

    /// <summary>Ends the run, as the training does when it is done.</summary>
    public ValueTask EndAsync() => _host.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
    }
}
