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
    private readonly RunKeeper? _keeper;
    private readonly FileStream? _lock;

    private StandaloneCoordinator(
        CoordinatorServer server, RunRegistry registry, RunKeeper? keeper, FileStream? held) =>
        (_server, _registry, _keeper, _lock) = (server, registry, keeper, held);

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
    /// <param name="keep">How long a run and the commands to it are known after it was heard of last; null for
    /// ever.</param>
    /// <exception cref="ConfigurationException">What is wrong with the options or the folder.</exception>
    public static StandaloneCoordinator Start(
        CoordinatorOptions options, string stateFolder, Meter? meter = null, RequestDelegate? metrics = null,
        Action<string>? tell = null, TimeSpan? keep = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var plan = ListenPlan.Of(options); // Before anything is written.
        var held = Hold(stateFolder);
        try
        {
            var kept = Path.Combine(stateFolder, KeptRuns.Folder);
            Directory.CreateDirectory(kept);
            return Start(
                plan, new LogFolder(stateFolder), stateFolder, held, null, meter, metrics, tell,
                new Memory(new LogFolder(kept), keep, TimeProvider.System));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    internal static StandaloneCoordinator Start(
        ListenPlan plan, ILogFiles files, string where, FileStream? held, CallLimits? limits, Meter? meter = null,
        RequestDelegate? metrics = null, Action<string>? tell = null, Memory? memory = null)
    {
        var registry = new RunRegistry(clock: memory?.Clock);
        registry.Open(files, where, tell);
        var keeper = memory is null ? null : RunKeeper.Start(
            registry, new KeptRuns(memory.Files), memory.Keep, memory.Clock, tell);
        if (meter is not null)
            RegistryMetrics.Create(meter, registry);
        return new StandaloneCoordinator(
            CoordinatorServer.Start(plan, registry, limits, metrics), registry, keeper, held);
    }

    /// <summary>Ends the calls under way and stops listening. Runs go on and come back to the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        _registry.End();
        await _server.DisposeAsync().ConfigureAwait(false);
        if (_keeper is not null)
            await _keeper.DisposeAsync().ConfigureAwait(false);
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

    /// <summary>Where what runs have done is kept.</summary>
    /// <param name="Files">A file for each run.</param>
    /// <param name="Keep">For how long; null for ever.</param>
    /// <param name="Clock">Tells the time.</param>
    internal sealed record Memory(ILogFiles Files, TimeSpan? Keep, TimeProvider Clock);
}
