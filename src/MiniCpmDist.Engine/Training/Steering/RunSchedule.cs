using MiniCpmDist.Core.Control;
using MiniCpmDist.Engine.Training.Steps;

namespace MiniCpmDist.Engine.Training.Steering;

/// <summary>
/// The schedule that a run follows, as it changes from step to step. Every rank has one and tells it the same, so all
/// are the same at every step.
/// </summary>
/// <param name="planner">Plans under the schedule in force.</param>
/// <param name="configured">What the configuration says.</param>
/// <param name="batches">The memory of stages and law.</param>
/// <param name="requests">Requests decided at this very step that the schedule has in it.</param>
internal sealed class RunSchedule(
    StepPlanner planner, LiveSchedule configured, BatchState batches, IEnumerable<string> requests)
{
    private readonly List<string> _requests = [.. requests];
    private BatchState _batches = batches;

    public StepPlanner Planner { get; private set; } = planner;

    public LiveSchedule Live => Planner.Live;

    /// <summary>The place where the run ends, according to the schedule in force.</summary>
    public long TotalTokens => Planner.Schedule.TotalTokens;

    /// <summary>The state that a checkpoint keeps.</summary>
    public ScheduleState State => new(Live, configured, _batches, [.. _requests]);

    /// <summary>Changes the schedule as a request says that rank 0 has accepted.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tokens">Sequence positions consumed.</param>
    /// <param name="decided">What rank 0 has found it to make of the schedule; null on other ranks, which find the
    /// same.</param>
    public void Obey(RunRequest request, long tokens, LiveSchedule? decided)
    {
        Follow(decided ?? ScheduleChange.Apply(Live, tokens, request.Command).After, tokens);
        _requests.Add(request.Id);
    }

    /// <summary>Changes the token batch where stages or the law say so.</summary>
    /// <returns>What has changed and why; null for nothing.</returns>
    public (string Outcome, string Cause)? Adapt(long tokens)
    {
        (var change, var cause, _batches) = BatchCourse.Next(Live, tokens, _batches);
        if (change is null)
            return null;
        var (after, outcome) = ScheduleChange.Resize(Live, tokens, change);
        Follow(after, tokens);
        return (outcome, cause);
    }

    /// <summary>Takes from a step the loss that the law needs; takes nothing from one that was skipped.</summary>
    public void Stepped(StepResult result)
    {
        _requests.Clear();
        if (!result.IsFinite || Live.Options.Batches.Law is not { } law)
            return;
        var loss = law.Source is null
            ? result.Loss
            : result.Sources.FirstOrDefault(source => source.Source == law.Source)?.Loss;
        if (loss is { } known)
            _batches = BatchCourse.Smooth(_batches, known, Planner.TokenBatch, law);
    }

    private void Follow(LiveSchedule next, long tokens) => Planner = Planner.Under(next, tokens);
}
