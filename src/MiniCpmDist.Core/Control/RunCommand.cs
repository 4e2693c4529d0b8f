using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Control;

/// <summary>What a run can be told between two steps.</summary>
public abstract record RunCommand
{
    private RunCommand()
    {
    }

    /// <summary>Save a checkpoint and go on.</summary>
    public sealed record Checkpoint : RunCommand;

    /// <summary>Save a checkpoint and end; <c>minicpm resume</c> continues.</summary>
    public sealed record Stop : RunCommand;

    /// <summary>Wait between two steps, with everything in memory, until told to continue or to stop.</summary>
    public sealed record Pause : RunCommand;

    /// <summary>Go on after a pause.</summary>
    public sealed record Continue : RunCommand;

    /// <summary>Another learning rate for the warmup and the stable phase.</summary>
    /// <param name="LearningRate">η of the full group.</param>
    public sealed record SetLearningRate(double LearningRate) : RunCommand;

    /// <summary>Another number of tokens in a step.</summary>
    /// <param name="Tokens">Whole micro-batches.</param>
    /// <param name="Rule">What becomes of the learning rate.</param>
    public sealed record SetTokenBatch(long Tokens, LearningRateRule Rule) : RunCommand;

    /// <summary>Other shares of the sources in a phase.</summary>
    /// <param name="Phase"><see cref="PhaseKind.Stable"/> (warmup included) or <see cref="PhaseKind.Decay"/>.</param>
    /// <param name="Shares">Of each source that is to be read, in billionths; what is not named is not read.</param>
    public sealed record SetMixture(PhaseKind Phase, IReadOnlyList<SourceShare> Shares) : RunCommand
    {
        public bool Equals(SetMixture? other) =>
            other is not null && Phase == other.Phase && Shares.SequenceEqual(other.Shares);

        public override int GetHashCode() => HashCode.Combine(Phase, Shares.Count);
    }

    /// <summary>End the stable phase here.</summary>
    /// <param name="Length">A percentage is of the whole run; null for the length in the configuration.</param>
    /// <param name="Shape">Null for the one in the configuration.</param>
    public sealed record BeginDecay(Extent? Length, DecayShape? Shape) : RunCommand;

    /// <summary>Move the end of the stable phase.</summary>
    /// <param name="By">Null: until told.</param>
    public sealed record ExtendStable(Extent? By) : RunCommand;

    /// <summary>Save a checkpoint, make a decay branch from it, and go on.</summary>
    /// <param name="Name">Of the branch, whose folder lies beside this run's.</param>
    /// <param name="Decay">A percentage is of the whole branch.</param>
    /// <param name="Launch">Start it too.</param>
    public sealed record Branch(string Name, Extent Decay, bool Launch) : RunCommand;
}
