using Microsoft.Extensions.Hosting;

namespace MiniCpmDist.Coordinator.Hosting;

/// <summary>
/// Leaves the process alone. The usual lifetime catches SIGTERM and Ctrl+C, and a training with a service inside could
/// not be stopped by them any more.
/// </summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
