using MiniCpmDist.Coordinator;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>The coordinator embedded in rank 0; a run without <c>coordinator.address</c> has none.</summary>
internal sealed class RunCoordinator : IDisposable
{
    private readonly CoordinatorHost _host;

    private RunCoordinator(CoordinatorHost host) => _host = host;

    public string Address => _host.BoundAddress;

    public IRunControl Control => _host.Control;

    public static RunCoordinator? Start(RunOptions options) =>
        options.Coordinator.Address is { } address
            ? new RunCoordinator(CoordinatorHost.Start(address, options.Name))
            : null;

    public void Dispose() => _host.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
