using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>
/// All that a coordinator knows: runs, their requests, and the file that survives it. A request is accepted when it is
/// in the file. Decisions are the run's to remember (its journal has them before they come here), so they may follow
/// later.
/// </summary>
internal sealed class RunRegistry(IRunHistories? histories = null, TimeProvider? clock = null) : IDisposable
{
    /// <summary>More runs than that are a mistake in a script.</summary>
    public const int MostRuns = 1000;

    /// <summary>A run does not start this often while its coordinator is down. A world number further ahead is wrong:
    /// no start has given it, and accepting it would shut the true world out for good.</summary>
    public const int MostMissedWorlds = 1000;

    // Rewritten when more than half is superfluous, and not for a few lines.
    private const int FewLines = 2048;

    private readonly Dictionary<string, KnownRun> _runs = new(StringComparer.Ordinal);
    private readonly Lock _runsGuard = new();
    // Held while the disk works: only callers' threads take it, never the training's.
    private readonly Lock _fileGuard = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private RequestFile? _file;
    private AuditLog? _audit;
    private string _whyClosed = "The run is still starting: try again.";

    /// <summary>Cancelled when the service ends.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Called when a connection of a run is gone, or has told its end; null for nothing.</summary>
    public Action<KnownRun>? Left { get; set; }

    /// <summary>Ends the service: calls under way are told to come again.</summary>
    public void End() => _ending.Cancel();

    public void Dispose() => _ending.Dispose();

    /// <summary>Called when there will be no file; callers that need it are told why.</summary>
    public void Fail(string why)
    {
        lock (_fileGuard)
            _whyClosed = $"This coordinator takes no requests: {why}";
    }

    /// <summary>Reads what an earlier process knew; from here on requests can be accepted.</summary>
    /// <exception cref="ConfigurationException">The file is damaged.</exception>
    public void Open(ILogFiles files, string where, Action<string>? tell = null)
    {
        lock (_fileGuard)
        {
            _file = RequestFile.Open(files, where, Remember, tell);
            _audit = new AuditLog(files, _clock);
        }
    }

    /// <summary>The runs, by name.</summary>
    public IReadOnlyList<KnownRun> Runs
    {
        get
        {
            lock (_runsGuard)
                return [.. _runs.Values.OrderBy(run => run.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>What runs have done: as their folders tell, where those are at hand, and else as they have
    /// reported.</summary>
    public IReadOnlyList<RunWithHistory> Histories() => histories?.Read() ??
    [
        .. Runs.Select(run => new RunWithHistory(run.Name, run.Parent?.Run, run.Parent?.Step ?? 0, run.History)),
    ];

    /// <summary>Returns the run of a name; for the empty name, the only run.</summary>
    /// <exception cref="UnknownRunException">There is none, or the empty name means several.</exception>
    public KnownRun Find(string name)
    {
        lock (_runsGuard)
        {
            if (_runs.TryGetValue(name, out var run))
                return run;
            if (name.Length == 0 && _runs.Count == 1)
                return _runs.Values.Single();
        }

        throw UnknownRunException.Of(name, [.. Runs.Select(run => run.Name)]);
    }

    /// <summary>Adds a run that lives in this process.</summary>
    public KnownRun Add(string name)
    {
        lock (_runsGuard)
        {
            if (!_runs.TryGetValue(name, out var run))
                _runs.Add(name, run = new KnownRun(name));
            return run;
        }
    }

    /// <summary>Called when a world of a run has come.</summary>
    /// <exception cref="RequestRefusedException">A newer world was here, the name is not valid, or there are too many
    /// runs.</exception>
    /// <exception cref="LogUnwritableException">The disk does not take it.</exception>
    public KnownRun Join(string name, long fence)
    {
        if (!RunName.IsValid(name))
            throw new RequestRefusedException($"run_name: expected {RunName.Expectation}, found '{name}'.");
        lock (_fileGuard)
        {
            var run = Runs.FirstOrDefault(known => known.Name == name);
            if (run is null && Runs.Count >= MostRuns)
                throw new RequestRefusedException($"{MostRuns} runs are here already: use another coordinator.");
            if (run is not null && fence < run.Fence)
            {
                throw new RequestRefusedException(
                    $"World {fence} of run '{name}' comes after world {run.Fence} has taken it over.",
                        dependsOnState: true);
            }

            var newest = run?.Fence ?? 0;
            if (fence - newest > MostMissedWorlds)
            {
                throw new RequestRefusedException(
                    $"fence: expected the number of a world of run '{name}' from {newest} to "
                    + $"{newest + MostMissedWorlds}, found {fence}.");
            }

            if (run is null || fence > run.Fence)
                Opened_NeedsLock().Append(new LogEntry.Joined(name, fence));
            run ??= Add(name);
            (run.Fence, run.Heard) = (fence, _clock.GetUtcNow());
            return run;
        }
    }

    /// <summary>Called when a connection of a run is gone.</summary>
    public void Leave(KnownRun run, CancellationTokenSource connection)
    {
        run.Heard = _clock.GetUtcNow();
        run.Disconnect(connection);
        Left?.Invoke(run);
    }

    /// <summary>Forgets runs, and who commanded them, that nobody has heard of since a moment.</summary>
    /// <returns>The names of those runs.</returns>
    public IReadOnlyList<string> Forget(DateTimeOffset before)
    {
        lock (_fileGuard)
        {
            var gone = Runs.Where(run => !run.IsReporting && run.Heard < before).ToArray();
            lock (_runsGuard)
            {
                foreach (var run in gone)
                    _runs.Remove(run.Name);
            }

            if (gone.Length > 0)
                Opened_NeedsLock().Rewrite(Runs.SelectMany(Entries));
            _audit?.Forget(before);
            return [.. gone.Select(run => run.Name)];
        }
    }

    /// <summary>Accepts a request, or finds the one of that id. Accepted, it is on the disk.</summary>
    /// <exception cref="RequestRefusedException">It does not fit the run, the id is another request's, or too many
    /// wait.</exception>
    /// <exception cref="LogUnwritableException">The disk does not take it.</exception>
    public Request Accept(KnownRun run, RunRequest asked, Caller by)
    {
        lock (_fileGuard)
        {
            var file = Opened_NeedsLock();
            if (run.Requests.Find(asked.Id) is { } known)
                return RequireSame(known, asked);

            _audit!.Asked(run.Name, asked, by);
            try
            {
                RequireFitting(run, asked);
            }
            catch (RequestRefusedException exception)
            {
                _audit.Ended(run.Name, asked.Id, accepted: false, step: null, exception.Message);
                throw;
            }

            file.Append(new LogEntry.Accepted(run.Name, asked));
            var request = run.Requests.Add(asked);
            Compact_NeedsLock(file);
            return request;
        }
    }

    /// <summary>Takes a decision: first to the disk, then to the callers, who must hear the same after a
    /// crash.</summary>
    /// <param name="run">Of which run.</param>
    /// <param name="asked">The request.</param>
    /// <param name="decision">Of rank 0.</param>
    /// <param name="isFromHere">True where the callers of this process have heard it already: then it comes once. A
    /// joined run sends a decision until it is acknowledged.</param>
    /// <exception cref="LogUnwritableException">The disk does not take it.</exception>
    public void Record(KnownRun run, RunRequest asked, RunDecision decision, bool isFromHere = false)
    {
        lock (_fileGuard)
        {
            var file = Opened_NeedsLock();
            // An unknown request is accepted too: it may be one from the journal that this coordinator has never seen,
            // or has forgotten.
            file.Append(
                new LogEntry.Accepted(run.Name, asked), new LogEntry.Decided(run.Name, asked.Id, decision));
            if (isFromHere || run.Requests.Find(asked.Id) is not { Decision.IsCompleted: true })
                _audit!.Ended(run.Name, asked.Id, decision.Accepted, decision.Step, decision.Outcome);
            // This comes before the file is rewritten from memory, or the decision would be lost in it.
            run.Requests.Decide(asked, decision);
            Compact_NeedsLock(file);
        }
    }

    private static void RequireFitting(KnownRun run, RunRequest asked)
    {
        run.Require(asked.Command);
        if (run.Requests.Waiting >= RequestTable.MostWaiting)
        {
            throw new RequestRefusedException(
                $"{RequestTable.MostWaiting} requests wait for a decision already: wait for some of them.",
                dependsOnState: true);
        }
    }

    private static Request RequireSame(Request known, RunRequest asked) => known.Asked == asked
        ? known
        : throw new RequestRefusedException(
            $"Request '{asked.Id}' is a {RunCommandFields.NameOf(known.Asked.Command)} already and cannot become "
            + $"another {RunCommandFields.NameOf(asked.Command)}: use another id.");

    private RequestFile Opened_NeedsLock() =>
        _file ?? throw new NotOpenException(_whyClosed);

    private void Compact_NeedsLock(RequestFile file)
    {
        if (file.Lines < FewLines)
            return;
        var entries = Runs.SelectMany(Entries).ToList();
        if (file.Lines > 2 * entries.Count)
            file.Rewrite(entries);
    }

    private static IEnumerable<LogEntry> Entries(KnownRun run)
    {
        yield return new LogEntry.Joined(run.Name, run.Fence);
        foreach (var request in run.Requests.All())
        {
            yield return new LogEntry.Accepted(run.Name, request.Asked);
            if (request.Decision.IsCompletedSuccessfully)
                yield return new LogEntry.Decided(run.Name, request.Asked.Id, request.Decision.Result);
        }
    }

    private void Remember(LogEntry entry)
    {
        var run = Add(entry.Run);
        switch (entry)
        {
            case LogEntry.Joined joined:
                run.Fence = Math.Max(run.Fence, joined.Fence);
                break;
            case LogEntry.Accepted accepted when run.Requests.Find(accepted.Request.Id) is null:
                run.Requests.Add(accepted.Request);
                break;
            case LogEntry.Decided decided when run.Requests.Find(decided.RequestId) is { } request:
                run.Requests.Decide(request.Asked, decided.Decision);
                break;
        }
    }
}
