using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Gives each command once its step is done, and remembers when it was decided.</summary>
internal sealed class ScriptedControl(params (long AfterStep, RunCommandKind Kind)[] script) : IRunControl
{
    private readonly Queue<(long AfterStep, RunCommandKind Kind)> _script = new(script);
    private long _step;

    public static IRunControl Silent => new ScriptedControl();

    /// <summary>For ranks other than 0, which must leave commands alone.</summary>
    public static IRunControl Forbidden { get; } = new Untouchable();

    /// <summary>Called with the command at the moment it takes effect.</summary>
    public Action<RunCommand, long>? OnDecided { get; init; }

    public List<(long Step, RunCommandKind Kind)> Decisions { get; } = [];

    public RunCommand? Take()
    {
        if (!_script.TryPeek(out var next) || next.AfterStep != _step)
            return null;
        _script.Dequeue();
        return new RunCommand($"request-{next.AfterStep}", next.Kind);
    }

    public void Decided(RunCommand command, long step, string outcome)
    {
        Decisions.Add((step, command.Kind));
        OnDecided?.Invoke(command, step);
    }

    public void Observe(RunStatus status) => _step = status.Step;

    private sealed class Untouchable : IRunControl
    {
        public RunCommand? Take() => throw Misuse();

        public void Decided(RunCommand command, long step, string outcome) => throw Misuse();

        public void Observe(RunStatus status) => throw Misuse();

        private static InvalidOperationException Misuse() => new("Only rank 0 may use the run's control.");
    }
}
