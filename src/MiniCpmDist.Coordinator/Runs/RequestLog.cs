using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>
/// Requests by id: accepted once, handed to the training once, decided once. The lock is held for a few dictionary
/// operations only, so that the training thread never waits for a caller.
/// </summary>
internal sealed class RequestLog
{
    /// <summary>More waiting requests than that are a mistake in a script.</summary>
    public const int MostWaiting = 256;

    /// <summary>Decisions remembered for callers that ask again.</summary>
    public const int MostDecided = 4096;

    private readonly Lock _guard = new();
    private readonly Dictionary<string, Request> _requests = [];
    private readonly Queue<Request> _untaken = new();
    private readonly Queue<string> _decided = new();
    private bool _closed;

    /// <summary>Accepts a request, or finds the one of that id.</summary>
    /// <exception cref="RequestRefusedException">The id belongs to a request of
    /// another kind, or too many wait.</exception>
    /// <exception cref="RunEndedException">The run has ended, and the id is new.</exception>
    public Request Accept(RunRequest asked)
    {
        lock (_guard)
        {
            if (_requests.TryGetValue(asked.Id, out var known))
            {
                return known.Asked == asked
                    ? known
                    : throw new RequestRefusedException(
                        $"Request '{asked.Id}' is a {RunCommandFields.NameOf(known.Asked.Command)} already and cannot become another "
                        + $"{RunCommandFields.NameOf(asked.Command)}: use another id.");
            }

            if (_closed)
                throw new RunEndedException($"The run has ended: request '{asked.Id}' comes too late.");

            if (_requests.Count - _decided.Count >= MostWaiting)
            {
                throw new RequestRefusedException(
                    $"{MostWaiting} requests wait for a decision already: wait until the run has decided some.");
            }

            var request = new Request(asked);
            _requests.Add(asked.Id, request);
            _untaken.Enqueue(request);
            return request;
        }
    }

    /// <summary>The oldest request that has not been taken; null if there is none.</summary>
    public RunRequest? Take()
    {
        lock (_guard)
            return _untaken.TryDequeue(out var request) ? request.Asked : null;
    }

    /// <summary>Records a decision. One about an unknown request, from the journal of an earlier attempt, is remembered
    /// too, so that a caller that repeats the request hears about it.</summary>
    public void Decide(RunRequest asked, RunDecision decision)
    {
        lock (_guard)
        {
            if (!_requests.TryGetValue(asked.Id, out var request))
            {
                request = new Request(asked);
                _requests.Add(asked.Id, request);
            }

            if (!request.Decide(decision))
                return;

            _decided.Enqueue(asked.Id);
            if (_decided.Count > MostDecided)
                _requests.Remove(_decided.Dequeue());
        }
    }

    /// <summary>Accepts nothing any more and tells those who wait.</summary>
    public void Close()
    {
        lock (_guard)
        {
            _closed = true;
            foreach (var request in _requests.Values)
                request.Abandon();
        }
    }
}
