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

    /// <summary>What it has told of itself since this coordinator was started.</summary>
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

    /// <summary>Requires that a command fits the state that the run has reported.</summary>
    /// <exception cref="RequestRefusedException">It does not; the sentence says what would.</exception>
    public void Require(RunCommand command) =>
        CommandRules.Require(command, _board.Newest, Requests.IsWaiting<RunCommand.Pause>(),
            Requests.IsWaiting<RunCommand.Continue>());
}
