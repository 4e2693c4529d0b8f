using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>
/// A run's requests by id, in memory: handed out in their order, decided once. The lock is held for a few dictionary
/// operations only, so that the training thread never waits for a caller or a disk.
/// </summary>
internal sealed class RequestTable
{
    /// <summary>More waiting requests than that are a mistake in a script.</summary>
    public const int MostWaiting = 256;

    /// <summary>Decisions remembered for callers that ask again; the run's journal knows all of them.</summary>
    public const int MostDecided = 1024;

    private readonly Lock _guard = new();
    private readonly Dictionary<string, Request> _requests = [];
    private readonly List<Request> _waiting = [];
    private readonly Queue<Request> _decided = new();
    private Action<RunRequest>? _taker;

    /// <summary>Number of requests that are accepted and not decided.</summary>
    public int Waiting
    {
        get
        {
            lock (_guard)
                return _waiting.Count;
        }
    }

    /// <summary>The request of that id; null if there is none, or it was decided long ago.</summary>
    public Request? Find(string id)
    {
        lock (_guard)
            return _requests.GetValueOrDefault(id);
    }

    /// <summary>True while a command of this kind waits.</summary>
    public bool IsWaiting<T>() where T : RunCommand
    {
        lock (_guard)
            return _waiting.Exists(request => request.Asked.Command is T);
    }

    /// <summary>Adds a request that is on the disk, and hands it to the training.</summary>
    public Request Add(RunRequest asked)
    {
        lock (_guard)
        {
            var request = new Request(asked);
            _requests.Add(asked.Id, request);
            _waiting.Add(request);
            _taker?.Invoke(asked);
            return request;
        }
    }

    /// <summary>Hands out what waits and all that comes, in order, until the next taker.</summary>
    /// <param name="taker">Called under the lock: puts the request into a queue and returns.</param>
    public void HandTo(Action<RunRequest> taker)
    {
        lock (_guard)
        {
            _taker = taker;
            foreach (var request in _waiting)
                taker(request.Asked);
        }
    }

    /// <summary>Records a decision; false where it is known already. One about an unknown request, from the journal of
    /// an earlier attempt, is remembered too, so that a caller that repeats the request hears about it.</summary>
    public bool Decide(RunRequest asked, RunDecision decision)
    {
        lock (_guard)
        {
            if (!_requests.TryGetValue(asked.Id, out var request))
            {
                request = new Request(asked);
                _requests.Add(asked.Id, request);
            }

            if (!request.Decide(decision))
                return false;

            _waiting.Remove(request);
            _decided.Enqueue(request);
            if (_decided.Count > MostDecided)
                _requests.Remove(_decided.Dequeue().Asked.Id);
            return true;
        }
    }

    /// <summary>
    /// Returns the requests that are worth remembering: the decided ones first, each group in its order.
    /// </summary>
    public IReadOnlyList<Request> All()
    {
        lock (_guard)
            return [.. _decided, .. _waiting];
    }

    /// <summary>Tells those who wait that nobody decides here any more.</summary>
    public void Leave(string why)
    {
        lock (_guard)
        {
            foreach (var request in _waiting)
                request.Leave(why);
        }
    }
}
