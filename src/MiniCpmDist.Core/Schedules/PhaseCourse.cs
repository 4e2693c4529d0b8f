namespace MiniCpmDist.Core.Schedules;

/// <summary>The steps of a phase, and the tokens that they read.</summary>
/// <param name="Phase">The phase. A step belongs to the phase that it ends in.</param>
/// <param name="Steps">Updates.</param>
/// <param name="Tokens">Of these steps, all of which are whole: the sum over all phases is that of the run.</param>
public readonly record struct PhaseCourse(PhaseKind Phase, long Steps, long Tokens)
{
    /// <summary>The phases of a schedule that nobody changes, from the first step on.</summary>
    /// <returns>Only the warmup where the stable phase has no end; phases without a step are left out.</returns>
    public static IReadOnlyList<PhaseCourse> Of(ScheduleOptions schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var walk = new StepWalk(0, schedule.TokenBatch, schedule.Batches.Stages);
        var stableEnd = schedule.Warmup + schedule.Stable;
        var end = schedule.StableIsOpen ? walk.Within(schedule.Warmup) : walk.To(stableEnd + schedule.Decay);
        var isWsd = schedule.Shape == ScheduleShape.Wsd;
        // Without a decay the rounding up to whole steps belongs to the stable phase.
        var stable = !isWsd ? walk.Within(schedule.Warmup)
            : schedule.StableIsOpen || schedule.Decay == 0 ? end : walk.Within(stableEnd);
        var course = new List<PhaseCourse>();
        var (steps, tokens) = (0L, 0L);
        Add(PhaseKind.Warmup, walk.Within(schedule.Warmup));
        Add(PhaseKind.Stable, stable);
        Add(isWsd ? PhaseKind.Decay : PhaseKind.Cosine, end);
        return course;

        void Add(PhaseKind phase, (long Steps, long Position) at)
        {
            if (at.Steps > steps)
                course.Add(new PhaseCourse(phase, at.Steps - steps, at.Position - tokens));
            (steps, tokens) = (Math.Max(steps, at.Steps), Math.Max(tokens, at.Position));
        }
    }
}
