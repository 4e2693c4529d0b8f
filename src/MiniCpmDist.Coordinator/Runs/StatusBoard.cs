using System.Runtime.CompilerServices;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>
/// The newest status of a run, on show for any number of readers. Posting replaces it and wakes them on other threads;
/// it never waits for one. A reader that is slow finds a newer status instead of a queue.
/// </summary>
internal sealed class StatusBoard
{
    private Notice _current = new(null, Ended: false);

    /// <summary>The newest status; null before the first.</summary>
    public RunStatus? Newest => Volatile.Read(ref _current).Status;

    /// <summary>True when no other status will come.</summary>
    public bool HasEnded => Volatile.Read(ref _current).Ended;

    /// <summary>Shows a status. Ignored once the run has ended.</summary>
    public void Post(RunStatus status) => Replace(old => old.Ended ? null : new Notice(status, Ended: false));

    /// <summary>Says that no other status will come; readers end.</summary>
    public void End() => Replace(old => old.Ended ? null : new Notice(old.Status, Ended: true));

    /// <summary>The newest status, if there is one, then later ones, until the run ends.</summary>
    public async IAsyncEnumerable<RunStatus> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RunStatus? read = null;
        while (true)
        {
            var notice = Volatile.Read(ref _current);
            if (notice.Status is not null && !ReferenceEquals(notice.Status, read))
            {
                read = notice.Status;
                yield return read;
            }

            if (notice.Ended)
                yield break;

            // Done already if another notice has come up in the meantime.
            await notice.Replaced.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Replace(Func<Notice, Notice?> next)
    {
        while (true)
        {
            var old = Volatile.Read(ref _current);
            if (next(old) is not { } notice)
                return;

            if (Interlocked.CompareExchange(ref _current, notice, old) == old)
            {
                old.Replaced.SetResult();
                return;
            }
        }
    }

    private sealed record Notice(RunStatus? Status, bool Ended)
    {
        // Readers continue asynchronously; else their code would run on the training thread.
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
