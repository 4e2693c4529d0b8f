using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.History;

namespace MiniCpmDist.Coordinator.Runs;

/// <summary>A run as a coordinator knows it.</summary>
internal sealed class KnownRun(string name)
{
    private volatile StatusBoard _board = new();
    private CancellationTokenSource? _connection;

    public string Name => name;

    /// <summary>Number of the newest world that has come; 0 before the first.</summary>
    public long Fence { get; set; }

    /// <summary>The run that it branched from, and the step; null for a trunk, and as long as nobody has
    /// said.</summary>
    public (string Run, long Step)? Parent { get; set; }

    /// <summary>When a connection of it has come or gone last; meaningless while it is reporting.</summary>
    public DateTimeOffset Heard { get; set; }

    /// <summary>What it has told of itself, to this coordinator or to one before it.</summary>
    public RunHistory History { get; } = new();

    public RequestTable Requests { get; } = new();

    /// <summary>The status of the newest attempt.</summary>
    public StatusBoard Board => _board;

    /// <summary>True while rank 0 is connected and takes requests.</summary>
    public bool IsReporting => Volatile.Read(ref _connection) is not null;

    /// <summary>Called when rank 0 connects. An older connection of it ends.</summary>
    /// <param name="taker">Takes the requests.</param>
    /// <param name="connection">Cancelled when a newer connection comes.</param>
    public void Connect(Action<RunRequest> taker, CancellationTokenSource connection)
    {
        if (_board.HasEnded)
            _board = new StatusBoard();
        Interlocked.Exchange(ref _connection, connection)?.Cancel();
        Requests.HandTo(taker);
    }

    /// <summary>Called when that connection is gone; nothing happens if another one has taken its place.</summary>
    public void Disconnect(CancellationTokenSource connection) =>
        Interlocked.CompareExchange(ref _connection, null, connection);

    /// <summary>What is kept of it on the disk.</summary>
    /// <param name="now">The time.</param>
    public V1.KeptRun Keep(DateTimeOffset now) => new()
    {
        RunName = name,
        ParentRun = Parent?.Run ?? "",
        ParentStep = Parent?.Step ?? 0,
        HeardMs = (IsReporting ? now : Heard).ToUnixTimeMilliseconds(),
        HasEnded = _board.HasEnded,
        Status = _board.Newest is { } newest ? RunStatusConversion.ToMessage(newest) : null,
        History = HistoryConversion.ToMessage(History.Since(HistoryCursor.None)),
    };

    /// <summary>Takes what an earlier process has kept of it, before any connection has come.</summary>
    /// <exception cref="FormatException">There is something in it that this version does not know.</exception>
    public void Restore(V1.KeptRun kept)
    {
        var status = kept.Status is { } newest ? RunStatusConversion.ToRecord(newest) : null;
        var history = kept.History is { } told ? HistoryConversion.ToRecord(told) : null;
        Heard = DateTimeOffset.FromUnixTimeMilliseconds(
            Math.Clamp(kept.HeardMs, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        if (kept.ParentRun.Length > 0)
            Parent = (kept.ParentRun, kept.ParentStep);
        if (status is not null)
            _board.Post(status);
        if (kept.HasEnded)
            _board.End();
        if (history is not null)
            History.Add(history with { IsWhole = true });
    }

    /// <summary>Requires that a command fits the state that the run has reported.</summary>
    /// <exception cref="RequestRefusedException">It does not; the sentence says what would.</exception>
    public void Require(RunCommand command) =>
        CommandRules.Require(command, _board.Newest, Requests.IsWaiting<RunCommand.Pause>(),
            Requests.IsWaiting<RunCommand.Continue>());
}
