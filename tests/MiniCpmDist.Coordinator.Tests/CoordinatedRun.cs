using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>A service on a free port and a client of it; the test plays the training loop.</summary>
internal sealed class CoordinatedRun : IAsyncDisposable
{
    private readonly EmbeddedCoordinator _host;

    private CoordinatedRun(EmbeddedCoordinator host)
    {
        _host = host;
        Client = RunControlClient.Connect(host.BoundAddress);
    }

    public RunControlClient Client { get; }

    public IRunControl Control => _host.Control;

    public string Address => _host.BoundAddress;

    /// <summary>A run whose training loop has asked for the first request.</summary>
    public static async Task<CoordinatedRun> StartAsync(MemoryFiles? files = null)
    {
        var host = EmbeddedCoordinator.Start(
            new CoordinatorOptions(), "quickstart", files ?? new MemoryFiles(), null);
        Assert.Null(host.Control.Take());
        await host.Opened.WaitAsync(Some.Patience);
        return new CoordinatedRun(host);
    }

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
