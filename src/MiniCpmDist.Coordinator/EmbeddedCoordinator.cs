using Microsoft.AspNetCore.Http;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator;

/// <summary>The service of one run, inside the process of its rank 0.</summary>
public sealed class EmbeddedCoordinator : IAsyncDisposable
{
    private readonly CoordinatorServer _server;
    private readonly EmbeddedRunControl _control;

    private readonly RunRegistry _registry;
    private readonly string? _folder;

    private EmbeddedCoordinator(
        CoordinatorServer server, EmbeddedRunControl control, RunRegistry registry, string? folder) =>
        (_server, _control, _registry, _folder) = (server, control, registry, folder);

    /// <summary>Where it listens, with the port that was found if 0 was asked for.</summary>
    public string BoundAddress => _server.BoundAddress;

    /// <summary>Where it answers plain HTTP; null where that was not asked for.</summary>
    public string? HttpAddress => _server.HttpAddress;

    /// <summary>The control for the training loop; no call waits for a network, a client or a disk.</summary>
    public IRunControl Control => _control;

    /// <summary>Ends when requests can be accepted: soon after the training loop has asked for the first
    /// time.</summary>
    internal Task Opened => _control.Opened;

    /// <summary>
    /// Starts listening. Nothing is written before the training loop asks for the first request: by then the run's
    /// folder exists and belongs to this run.
    /// </summary>
    /// <param name="options">Addresses and access; the address is not null.</param>
    /// <param name="runName">Told to whoever asks, also before the first step.</param>
    /// <param name="runFolder">Gets the request log, and a file that says where the service listens.</param>
    /// <param name="metrics">What <c>/metrics</c> answers on the plain HTTP port; null for nothing.</param>
    /// <param name="histories">What the page shows; null for what the training loop has reported.</param>
    /// <param name="tell">Takes what an operator should know of the request log.</param>
    /// <exception cref="ConfigurationException">The options have problems, or an address is taken.</exception>
    public static EmbeddedCoordinator Start(
        CoordinatorOptions options, string runName, string runFolder, RequestDelegate? metrics = null,
        IRunHistories? histories = null, Action<string>? tell = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Start(options, runName, new LogFolder(runFolder), runFolder, metrics, histories, tell);
    }

    /// <summary>Checks addresses and access as a start would, and listens nowhere.</summary>
    /// <param name="options">The address is not null.</param>
    /// <returns>True, so that a problem is told from it.</returns>
    /// <exception cref="ConfigurationException">What is wrong with the options.</exception>
    public static bool Check(CoordinatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ListenPlan.Of(options).Certificate?.Dispose();
        return true;
    }

    internal static EmbeddedCoordinator Start(
        CoordinatorOptions options, string runName, ILogFiles files, string? runFolder,
        RequestDelegate? metrics = null, IRunHistories? histories = null, Action<string>? tell = null)
    {
        var registry = new RunRegistry(histories);
        var server = CoordinatorServer.Start(ListenPlan.Of(options), registry, metrics: metrics);
        var control = new EmbeddedRunControl(registry, runName, () =>
        {
            registry.Open(files, runFolder ?? "", tell);
            if (runFolder is not null)
                CoordinatorFile.Write(runFolder,
                    new CoordinatorFile(server.BoundAddress, runName, Environment.MachineName));
        });
        return new EmbeddedCoordinator(server, control, registry, runFolder);
    }

    /// <summary>Ends watchers, tells callers whose requests are undecided, and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _control.EndAsync().ConfigureAwait(false);
        if (_folder is not null)
            CoordinatorFile.Remove(_folder, BoundAddress);
        await _server.DisposeAsync().ConfigureAwait(false);
        _registry.Dispose();
    }
}
