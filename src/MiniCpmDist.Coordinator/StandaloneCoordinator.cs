using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator;

/// <summary>
/// The service of many runs, in a process of its own. After it was killed at any moment, it still knows everything it
/// has promised.
/// </summary>
public sealed class StandaloneCoordinator : IAsyncDisposable
{
    private readonly CoordinatorServer _server;
    private readonly RunRegistry _registry;
    private readonly FileStream? _lock;

    private StandaloneCoordinator(CoordinatorServer server, RunRegistry registry, FileStream? held) =>
        (_server, _registry, _lock) = (server, registry, held);

    /// <summary>Where it listens, with the port that was found if 0 was asked for.</summary>
    public string BoundAddress => _server.BoundAddress;

    /// <summary>Where it answers plain HTTP; null where that was not asked for.</summary>
    public string? HttpAddress => _server.HttpAddress;

    /// <summary>Number of runs that it knows from earlier processes.</summary>
    public int KnownRuns => _registry.Runs.Count;

    /// <summary>What its runs have reported.</summary>
    internal IReadOnlyList<RunWithHistory> Histories() => _registry.Histories();

    /// <summary>Reads what an earlier process has left, and starts listening.</summary>
    /// <param name="options">Addresses and access; the address is not null.</param>
    /// <param name="stateFolder">Its memory; made where it is not there.</param>
    /// <param name="meter">Gets what is to be told of the runs; null for nothing.</param>
    /// <param name="metrics">What <c>/metrics</c> answers on the plain HTTP port; null for nothing.</param>
    /// <param name="tell">Takes what an operator should know of its memory.</param>
    /// <exception cref="ConfigurationException">What is wrong with the options or the folder.</exception>
    public static StandaloneCoordinator Start(
        CoordinatorOptions options, string stateFolder, Meter? meter = null, RequestDelegate? metrics = null,
        Action<string>? tell = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var plan = ListenPlan.Of(options); // Before anything is written.
        var held = Hold(stateFolder);
        try
        {
            return Start(plan, new LogFolder(stateFolder), stateFolder, held, null, meter, metrics, tell);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    internal static StandaloneCoordinator Start(
        ListenPlan plan, ILogFiles files, string where, FileStream? held, CallLimits? limits, Meter? meter = null,
        RequestDelegate? metrics = null, Action<string>? tell = null)
    {
        var registry = new RunRegistry();
        registry.Open(files, where, tell);
        if (meter is not null)
            RegistryMetrics.Create(meter, registry);
        return new StandaloneCoordinator(
            CoordinatorServer.Start(plan, registry, limits, metrics), registry, held);
    }

    /// <summary>Ends the calls under way and stops listening. Runs go on and come back to the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        _registry.End();
        await _server.DisposeAsync().ConfigureAwait(false);
        _registry.Dispose();
        if (_lock is not null)
            await _lock.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Two coordinators would write into one log. The lock ends with its process, however that ends.</summary>
    private static FileStream Hold(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Problem(
                "--state", "a folder for this coordinator alone", $"{folder} ({exception.Message})",
                "end the other coordinator, or name another folder")]);
        }
    }
}
