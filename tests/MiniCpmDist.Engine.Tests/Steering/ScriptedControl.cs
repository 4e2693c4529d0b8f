using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Tests.Steering;

/// <summary>Gives each command once its step is done, and remembers when it was decided.</summary>
internal sealed class ScriptedControl(params (long AfterStep, RunCommand Command)[] script) : IRunControl
{
    private readonly Queue<(long AfterStep, RunCommand Command)> _script = new(script);
    private long _step;
    private int _taken;
    private int _idle;

    /// <summary>So often nothing has come between two requests: a paused run waits meanwhile.</summary>
    public int IdleTakes { get; init; }

    /// <summary>What it has sent.</summary>
    public List<RunRequest> Requests { get; } = [];

    /// <summary>Begins the names of its requests: those of one run have to differ.</summary>
    public string Prefix { get; init; } = "request";

    public static IRunControl Silent => new ScriptedControl();

    /// <summary>For ranks other than 0, which must leave commands alone.</summary>
    public static IRunControl Forbidden { get; } = new Untouchable();

    /// <summary>Called with the command at the moment it takes effect.</summary>
    public Action<RunRequest, long>? OnDecided { get; init; }

    public List<(long Step, RunCommand Command)> Decisions { get; } = [];

    /// <summary>Every answer, in order.</summary>
    public List<RunDecision> Answers { get; } = [];

    /// <summary>What the run has told of itself, in order.</summary>
    public List<RunStatus> Told { get; } = [];

    public RunRequest? Take()
    {
        if (!_script.TryPeek(out var next) || next.AfterStep != _step)
            return null;
        if (_taken > 0 && Told[^1].IsPaused && _idle++ % (IdleTakes + 1) < IdleTakes)
            return null;
        _script.Dequeue();
        var request = new RunRequest($"{Prefix}-{next.AfterStep}-{_taken++}", next.Command);
        Requests.Add(request);
        return request;
    }

    public void Decided(RunRequest request, RunDecision decision)
    {
        Answers.Add(decision);
        Decisions.Add((decision.Step, request.Command));
        OnDecided?.Invoke(request, decision.Step);
    }

    public void Observe(RunStatus status)
    {
        _step = status.Step;
        Told.Add(status);
    }

    private sealed class Untouchable : IRunControl
    {
        public RunRequest? Take() => throw Misuse();

        public void Decided(RunRequest request, RunDecision decision) => throw Misuse();

        public void Observe(RunStatus status) => throw Misuse();

        private static InvalidOperationException Misuse() => new("Only rank 0 may use the run's control.");
    }
}
