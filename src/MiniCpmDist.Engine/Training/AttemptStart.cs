using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Engine.Training.Steering;
using MiniCpmDist.Engine.Training.Steps;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Training;

/// <summary>Where an attempt begins; the same on all ranks.</summary>
/// <param name="Checkpoint">Null for initial weights.</param>
/// <param name="State">What that checkpoint says of its run.</param>
/// <param name="IsOwn">The checkpoint is one of this run; else it begins with another's, as a branch does.</param>
/// <param name="Schedule">In force from here on.</param>
/// <param name="Settled">Where the configuration has been edited since the checkpoint, as far as commands may have had
/// a say.</param>
internal sealed record AttemptStart(
    CheckpointFolder? Checkpoint, CheckpointState? State, bool IsOwn, RunSchedule Schedule,
    IReadOnlyList<ConfigurationChange> Settled)
{
    /// <summary>Updates done.</summary>
    public long Step => State?.Step ?? 0;

    /// <summary>Sequence positions consumed.</summary>
    public long Tokens => State?.Tokens ?? 0;

    /// <summary>The step of this run's own checkpoint; 0 for none.</summary>
    public long OwnStep => IsOwn ? Step : 0;

    /// <summary>What the checkpoint says of its sources.</summary>
    public IReadOnlyList<SourceState> Sources => State?.Sources ?? [];

    /// <summary>Requests decided at this very step that the schedule has in it.</summary>
    public IReadOnlyList<string> Requests => RequestsOf(State, IsOwn);

    /// <summary>
    /// A run goes on under the schedule of its checkpoint, with what has been edited since; a new one, and a branch,
    /// whose file was written from its trunk's schedule, begins with its configuration.
    /// </summary>
    public static AttemptStart At(
        CheckpointFolder? checkpoint, CheckpointState? state, RunOptions options, RunData data)
    {
        var configured = options.InitialSchedule();
        var isOwn = state?.Run == options.Name;
        var (live, changes) = isOwn && state?.Schedule is { } saved
            ? ScheduleMerge.Of(saved, configured)
            : (configured, []);
        var tokens = state?.Tokens ?? 0;
        var planner = new StepPlanner(live, tokens, options.Data.SequenceLength, data.Order);
        var batches = state?.Schedule?.Batches ?? new BatchState(tokens, null);
        var schedule = new RunSchedule(planner, configured, batches, RequestsOf(state, isOwn));
        return new AttemptStart(checkpoint, state, isOwn, schedule, changes);
    }

    /// <summary>Returns the health of the run at that place.</summary>
    /// <param name="moved">Where its sources are read on after a rollback; null where they were not moved.</param>
    public RunHealth HealthAfter(string? moved)
    {
        var health = State?.Health ?? RunHealth.Start;
        return moved is null ? health : health.PassedOver();
    }

    /// <summary>Returns the place from which the sources are read.</summary>
    /// <param name="moved">Where its sources are read on after a rollback; null where they were not moved.</param>
    /// <param name="data">The sources.</param>
    public DataCursor CursorAfter(string? moved, RunData data) => (State, moved) switch
    {
        (null, null) => DataCursor.Start(Schedule.Planner.WeightsAfter(0)),
        (_, null) => RunCursor.Load(Sources, data),
        _ => RunCursor.Load(RunCursor.Move(Sources, moved), data),
    };

    private static IReadOnlyList<string> RequestsOf(CheckpointState? state, bool isOwn) =>
        isOwn ? state?.Schedule?.Requests ?? [] : [];
}
