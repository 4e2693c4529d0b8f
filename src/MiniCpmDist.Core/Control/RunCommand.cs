using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Control;

/// <summary>
/// What a run can be told between two steps. A closed set: each command is a file in <c>Commands</c>, which says what
/// it makes of a schedule and how it is spelled.
/// </summary>
public abstract partial record RunCommand
{
    private RunCommand()
    {
    }

    /// <summary>All commands by name, with what reads each from its fields.</summary>
    internal static IReadOnlyDictionary<string, Func<CommandFields, RunCommand>> Readers { get; } =
        new Dictionary<string, Func<CommandFields, RunCommand>>
        {
            [Checkpoint.Word] = static _ => new Checkpoint(),
            [Stop.Word] = static _ => new Stop(),
            [Pause.Word] = static _ => new Pause(),
            [Continue.Word] = static _ => new Continue(),
            [SetLearningRate.Word] = SetLearningRate.Read,
            [SetTokenBatch.Word] = SetTokenBatch.Read,
            [SetMixture.Word] = SetMixture.Read,
            [BeginDecay.Word] = BeginDecay.Read,
            [ExtendStable.Word] = ExtendStable.Read,
            [Branch.Word] = Branch.Read,
        };

    /// <summary>The name that journals and <c>minicpm ctl</c> give it.</summary>
    internal abstract string Verb { get; }

    /// <summary>The command's fields beside its name, in the order of the journal.</summary>
    internal virtual IReadOnlyList<(string Key, object? Value)> Fields => [];

    /// <summary>
    /// The key of the configuration that somebody would have edited instead; null for a command that leaves the
    /// schedule as it is.
    /// </summary>
    internal virtual string? SetKey => null;

    /// <summary>What is wrong with the command in any state of a run; null for nothing.</summary>
    public virtual Problem? FindFlaw() => null;

    /// <summary>True for a command that concerns the current attempt and must not reach the next one.</summary>
    public virtual bool IsOfOneAttempt() => false;

    /// <summary>See <see cref="ScheduleChange.Apply"/>.</summary>
    internal virtual (LiveSchedule After, string Outcome) ApplyTo(LiveSchedule now, long tokens) => (now, "");

    /// <summary>See <see cref="ScheduleChange.Require"/>.</summary>
    internal virtual void RequireOf(LiveSchedule now, long tokens) => ApplyTo(now, tokens);
}
