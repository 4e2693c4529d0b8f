using System.Text;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Recovery;

/// <summary>
/// Writes every few seconds, to a file in the run's folder, that this rank is alive and what it is doing. The training
/// thread only sets fields, and a thread of its own writes them. So a rank that is stuck in a collective still writes
/// its heartbeat.
/// </summary>
public sealed class HeartbeatWriter : IDisposable
{
    private const string FolderName = ".heartbeats";

    // Shorter lines are filled up, so that a reader never finds the end of a longer line after them.
    private const int LineBytes = 512;

    private readonly int _rank;
    private readonly Lock _writing = new();
    private Timer? _timer;
    private string _path = "";
    private long _beat;
    private long _step;
    private long _marks;
    private string? _call;
    private volatile bool _isEnding;

    public HeartbeatWriter(int rank) => _rank = rank;

    /// <summary>The writer where nobody watches. It is never started and writes nothing.</summary>
    public static HeartbeatWriter Silent { get; } = new(rank: 0);

    /// <summary>The folder in which the ranks of a run write their heartbeats.</summary>
    public static string FolderOf(RunFolder run) => Path.Combine(run.Path, FolderName);

    /// <summary>Begins to write. The run's folder must exist.</summary>
    public void Start(RunFolder run, TimeSpan interval)
    {
        Directory.CreateDirectory(FolderOf(run));
        _path = Path.Combine(FolderOf(run), $"rank-{_rank}");
        _timer = new Timer(_ => Write(), null, TimeSpan.Zero, interval);
    }

    /// <summary>The rank begins a step.</summary>
    public void EnterStep(long step)
    {
        Volatile.Write(ref _step, step);
        Interlocked.Increment(ref _marks);
    }

    /// <summary>The rank enters a call that waits for others.</summary>
    public void Enter(string call)
    {
        Volatile.Write(ref _call, call);
        Interlocked.Increment(ref _marks);
    }

    /// <summary>The rank is back from it.</summary>
    public void Leave()
    {
        Volatile.Write(ref _call, null);
        Interlocked.Increment(ref _marks);
    }

    /// <summary>
    /// The rank has been asked to save and end. This is written at once. May be called from any thread.
    /// </summary>
    public void EndAsked()
    {
        _isEnding = true;
        if (_timer is not null)
            Write();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        // This waits until a write that is under way has ended.
        lock (_writing)
            _timer = null;
    }

    private void Write()
    {
        // A disk that does not answer must not pile up threads.
        if (!_writing.TryEnter())
            return;
        try
        {
            var heartbeat = new RankHeartbeat(
                _rank, Environment.MachineName, Environment.ProcessId, ++_beat, Volatile.Read(ref _step),
                Interlocked.Read(ref _marks), Volatile.Read(ref _call))
            {
                IsEnding = _isEnding,
            };
            using var handle = File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(handle, Encoding.UTF8.GetBytes(heartbeat.Write().PadRight(LineBytes) + "\n"), 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full disk is reported elsewhere. A reader finds the heartbeat before this one.
        }
        finally
        {
            _writing.Exit();
        }
    }
}
