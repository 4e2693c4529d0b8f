using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>
/// What rank 0 has to report, and what it has been asked for, between the training thread and the connection. The lock
/// is held for a few list operations only. Step reports are bounded and the oldest go first; a decision stays until the
/// coordinator has it on its disk.
/// </summary>
internal sealed class ReportQueue
{
    /// <summary>Step reports that wait for a connection.</summary>
    public const int MostStatuses = 1024;

    /// <summary>Step reports of one message; far below its size limit.</summary>
    public const int MostInOneMessage = 128;

    private readonly Lock _guard = new();
    private readonly Queue<RunStatus> _statuses = new();
    private readonly Queue<RunRequest> _requests = new();
    private readonly Dictionary<string, (RunRequest Request, RunDecision Decision, bool Sent)> _decisions = [];
    private readonly HashSet<string> _undecided = [];
    private TaskCompletionSource _news = NewSignal();
    private bool _hasEnded;

    /// <summary>Step reports that were left out.</summary>
    public long Dropped { get; private set; }

    public void Observe(RunStatus status)
    {
        lock (_guard)
        {
            if (_statuses.Count == MostStatuses)
            {
                _statuses.Dequeue();
                Dropped++;
            }

            _statuses.Enqueue(status);
            _news.TrySetResult();
        }
    }

    public void Decide(RunRequest request, RunDecision decision)
    {
        lock (_guard)
        {
            _undecided.Remove(request.Id);
            _decisions[request.Id] = (request, decision, Sent: false);
            _news.TrySetResult();
        }
    }

    /// <summary>The next request that the training has not taken.</summary>
    public RunRequest? Take()
    {
        lock (_guard)
            return _requests.TryDequeue(out var request) ? request : null;
    }

    /// <summary>Called when a request has come; one that came before is not handed out again.</summary>
    public void Ask(RunRequest request)
    {
        lock (_guard)
        {
            if (!_decisions.ContainsKey(request.Id) && _undecided.Add(request.Id))
                _requests.Enqueue(request);
        }
    }

    /// <summary>Called when the coordinator has these decisions on its disk.</summary>
    public void Acknowledge(IEnumerable<string> requestIds)
    {
        lock (_guard)
        {
            foreach (var id in requestIds)
                _decisions.Remove(id);
        }
    }

    /// <summary>Called when the run is over: what is left is sent, and then the end.</summary>
    public void End()
    {
        lock (_guard)
        {
            _hasEnded = true;
            _news.TrySetResult();
        }
    }

    /// <summary>A new connection gets every decision that has not been acknowledged.</summary>
    public void BeginConnection()
    {
        lock (_guard)
        {
            foreach (var (id, entry) in _decisions)
                _decisions[id] = entry with { Sent = false };
            _news.TrySetResult();
        }
    }

    /// <summary>Ends when there is something to send.</summary>
    public Task NewsAsync(CancellationToken cancellationToken)
    {
        lock (_guard)
            return _news.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Returns what is to be sent next.</summary>
    public V1.Reports Next()
    {
        var reports = new V1.Reports();
        var statuses = new List<RunStatus>();
        lock (_guard)
        {
            while (statuses.Count < MostInOneMessage && _statuses.TryDequeue(out var status))
                statuses.Add(status);
            foreach (var (id, entry) in _decisions)
            {
                if (entry.Sent || reports.Decisions.Count == MostInOneMessage)
                    continue;
                reports.Decisions.Add(ToMessage(entry.Request, entry.Decision));
                _decisions[id] = entry with { Sent = true };
            }

            if (_statuses.Count == 0 && reports.Decisions.Count < MostInOneMessage)
            {
                reports.HasEnded = _hasEnded;
                _news = NewSignal();
            }
        }

        reports.Statuses.AddRange(statuses.Select(RunStatusConversion.ToMessage));
        return reports;
    }

    private static V1.Decision ToMessage(RunRequest request, RunDecision decision) => new()
    {
        RequestId = request.Id,
        Command = RunCommandConversion.ToMessage(request.Command),
        IsAccepted = decision.Accepted,
        Step = decision.Step,
        Outcome = decision.Outcome,
    };

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
