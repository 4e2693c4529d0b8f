using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Gives each command once its step is done, and remembers when it was decided.</summary>
internal sealed class ScriptedControl(params (long AfterStep, RunCommand Command)[] script) : IRunControl
{
    private readonly Queue<(long AfterStep, RunCommand Command)> _script = new(script);
    private long _step;

    public static IRunControl Silent => new ScriptedControl();

    /// <summary>For ranks other than 0, which must leave commands alone.</summary>
    public static IRunControl Forbidden { get; } = new Untouchable();

    /// <summary>Called with the command at the moment it takes effect.</summary>
    public Action<RunRequest, long>? OnDecided { get; init; }

    public List<(long Step, RunCommand Command)> Decisions { get; } = [];

    public RunRequest? Take()
    {
        if (!_script.TryPeek(out var next) || next.AfterStep != _step)
            return null;
        _script.Dequeue();
        return new RunRequest($"request-{next.AfterStep}", next.Command);
    }

    public void Decided(RunRequest request, RunDecision decision)
    {
        Decisions.Add((decision.Step, request.Command));
        OnDecided?.Invoke(request, decision.Step);
    }

    public void Observe(RunStatus status) => _step = status.Step;

    private sealed class Untouchable : IRunControl
    {
        public RunRequest? Take() => throw Misuse();

        public void Decided(RunRequest request, RunDecision decision) => throw Misuse();

        public void Observe(RunStatus status) => throw Misuse();

        private static InvalidOperationException Misuse() => new("Only rank 0 may use the run's control.");
    }
}
