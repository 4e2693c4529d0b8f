using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Save a checkpoint, make a decay branch from it, and go on.</summary>
    /// <param name="Name">Of the branch, whose folder lies beside this run's.</param>
    /// <param name="Decay">A percentage is of the whole branch.</param>
    /// <param name="Launch">Start it too.</param>
    public sealed record Branch(string Name, Extent Decay, bool Launch) : RunCommand
    {
        /// <summary>The command's name.</summary>
        public const string Word = "branch";

        private const string BranchName = "branch";
        private const string DecayLength = "decay";
        private const string IsLaunched = "launch";

        internal override string Verb => Word;

        internal override IReadOnlyList<(string Key, object? Value)> Fields =>
            [(BranchName, Name), (DecayLength, Decay.ToString()), (IsLaunched, Launch)];

        internal static Branch Read(CommandFields fields) => new(
            fields.Required<string>(BranchName), fields.RequiredLength(DecayLength), fields.Required<bool>(IsLaunched));

        public override Problem? FindFlaw() => RunName.IsValid(Name)
            ? null
            : new Problem("the branch's name", RunName.Expectation, $"`{Name}`", "give such as first-decay");

        /// <summary>
        /// Requires that a decay can begin here in the trunk's schedule: the branch follows that schedule with a decay.
        /// </summary>
        internal override void RequireOf(LiveSchedule now, long tokens) =>
            new BeginDecay(Decay, Shape: null).ApplyTo(now, tokens);
    }
}
