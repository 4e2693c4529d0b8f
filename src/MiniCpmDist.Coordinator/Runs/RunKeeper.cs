using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Core.History;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>
/// Keeps on the disk what runs have done, so that a coordinator that is started again shows those that have ended
/// meanwhile, and forgets those that nobody has heard of for long. A run that trains sends everything again, so its
/// file only has to be good enough for the case that it never comes back.
/// </summary>
internal sealed class RunKeeper : IAsyncDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(30);

    // What is kept for days need not be looked through more often.
    private static readonly TimeSpan s_forgetting = TimeSpan.FromHours(1);

    private readonly RunRegistry _registry;
    private readonly KeptRuns _files;
    private readonly TimeSpan? _keep;
    private readonly TimeProvider _clock;
    private readonly Action<string>? _tell;
    private readonly Lock _guard = new();
    private readonly Dictionary<string, (HistoryCursor, long?, bool)> _written = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private Task _working = Task.CompletedTask;
    private DateTimeOffset _forgetAt;
    private bool _isFailing;

    private RunKeeper(
        RunRegistry registry, KeptRuns files, TimeSpan? keep, TimeProvider clock, Action<string>? tell) =>
        (_registry, _files, _keep, _clock, _tell) = (registry, files, keep, clock, tell);

    /// <summary>Reads what an earlier process has kept, and goes on keeping.</summary>
    /// <param name="registry">Opened, and nobody has joined yet.</param>
    /// <param name="files">The folder of the runs.</param>
    /// <param name="keep">How long a run is known after it was heard of last; null for ever.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="tell">Takes what an operator should know.</param>
    public static RunKeeper Start(
        RunRegistry registry, KeptRuns files, TimeSpan? keep, TimeProvider clock, Action<string>? tell)
    {
        var now = clock.GetUtcNow();
        // One that an older version knew is as good as heard of now.
        foreach (var run in registry.Runs)
            run.Heard = now;
        var restored = new List<KnownRun>();
        files.Read(
            kept =>
            {
                var run = registry.Add(kept.RunName);
                run.Restore(kept);
                restored.Add(run);
            },
            tell);
        var keeper = new RunKeeper(registry, files, keep, clock, tell);
        foreach (var run in restored)
            keeper._written[run.Name] = State(run);
        keeper.Forget();
        registry.Left = keeper.Save;
        keeper._working = keeper.WorkAsync();
        return keeper;
    }

    /// <summary>Writes what has changed since the last time.</summary>
    public void SaveAll()
    {
        foreach (var run in _registry.Runs)
            Save(run);
    }

    public async ValueTask DisposeAsync()
    {
        _registry.Left = null;
        await _ending.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SaveAll();
        _ending.Dispose();
    }

    private static (HistoryCursor, long?, bool) State(KnownRun run) =>
        (run.History.Cursor, run.History.Newest?.Step, run.Board.HasEnded);

    private void Save(KnownRun run)
    {
        lock (_guard)
        {
            var state = State(run);
            if (_written.TryGetValue(run.Name, out var known) && known == state)
                return;
            try
            {
                _files.Write(run.Keep(_clock.GetUtcNow()));
                _written[run.Name] = state;
                _isFailing = false;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Said once; it is tried again in a while.
                if (!_isFailing)
                    _tell?.Invoke($"{KeptRuns.Folder}/{run.Name} cannot be written: {exception.Message}");
                _isFailing = true;
            }
        }
    }

    private void Forget()
    {
        var now = _clock.GetUtcNow();
        if (_keep is not { } keep || now < _forgetAt)
            return;
        _forgetAt = now + s_forgetting;
        var before = now - keep;
        foreach (var name in _registry.Forget(before))
        {
            lock (_guard)
            {
                _written.Remove(name);
                try
                {
                    _files.Delete(name);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    _tell?.Invoke($"{KeptRuns.Folder}/{name} cannot be deleted: {exception.Message}");
                }
            }

            _tell?.Invoke($"run '{name}' is forgotten: nothing was heard of it for {keep.TotalDays:0.##} days");
        }
    }

    private async Task WorkAsync()
    {
        using var timer = new PeriodicTimer(s_period, _clock);
        while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
        {
            SaveAll();
            Forget();
        }
    }
}
