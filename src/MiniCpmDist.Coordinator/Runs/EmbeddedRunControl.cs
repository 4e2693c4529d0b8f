using System.Collections.Concurrent;
using System.Threading.Channels;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>
/// The training's side of a coordinator in its own process: memory alone, so that no call waits for anybody. Decisions
/// are written to the request log on another thread; the run's journal has them already.
/// </summary>
internal sealed class EmbeddedRunControl : IRunControl
{
    private readonly RunRegistry _registry;
    private readonly KnownRun _run;
    private readonly ConcurrentQueue<RunRequest> _requests = new();
    private readonly Channel<(RunRequest Request, RunDecision Decision)> _decisions =
        Channel.CreateUnbounded<(RunRequest, RunDecision)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action _open;
    private Task? _working;
    private RunStatus? _newest;

    /// <param name="registry">Of this one run.</param>
    /// <param name="runName">Its name.</param>
    /// <param name="open">Opens the request log; called once, on another thread, when the training loop asks for the
    /// first request.</param>
    public EmbeddedRunControl(RunRegistry registry, string runName, Action open)
    {
        (_registry, _open) = (registry, open);
        _run = registry.Add(runName);
    }

    /// <summary>Ends when requests can be accepted, or never will be.</summary>
    public Task Opened => _opened.Task;

    public RunRequest? Take()
    {
        _working ??= Task.Run(WorkAsync);
        return _requests.TryDequeue(out var request) ? request : null;
    }

    public void Decided(RunRequest request, RunDecision decision)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decision);
        if (_run.Requests.Decide(request, decision))
            _decisions.Writer.TryWrite((request, decision));
    }

    public void Observe(RunStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        _newest = status;
        _run.Board.Post(status);
        _run.History.Follow(status);
    }

    /// <summary>Called when the run is over: watchers end, waiting callers are told, and the log is complete.</summary>
    public async Task EndAsync()
    {
        // A request that concerns this attempt alone must not reach the next one, which would stop as soon as it
        // starts.
        foreach (var request in _run.Requests.All().Where(request => !request.Decision.IsCompleted))
        {
            if (request.Asked.Command.IsOfOneAttempt())
                Decided(request.Asked, new RunDecision(Accepted: false, _newest?.Step ?? 0, "the run ended first"));
        }

        _run.Board.End();
        _run.Requests.Leave("The run ended");
        _decisions.Writer.TryComplete();
        if (_working is not null)
            await _working.ConfigureAwait(false);
    }

    private async Task WorkAsync()
    {
        using var presence = new CancellationTokenSource();
        try
        {
            _open();
            // What an earlier attempt has left undecided is handed out, and then what comes.
            _run.Connect(_requests.Enqueue, presence);
        }
        catch (Exception exception) when (exception is ConfigurationException or IOException
            or UnauthorizedAccessException)
        {
            // The training goes on; whoever sends a command is told.
            _registry.Fail(exception.Message);
        }

        _opened.SetResult();
        await RecordAsync().ConfigureAwait(false);
        _run.Disconnect(presence);
    }

    private async Task RecordAsync()
    {
        await foreach (var (request, decision) in _decisions.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                _registry.Record(_run, request, decision, isFromHere: true);
            }
            catch (Exception exception) when (exception is LogUnwritableException or NotOpenException)
            {
                // The request is handed out again after a restart, and the run's journal knows that it is decided.
            }
        }
    }
}
