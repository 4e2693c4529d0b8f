using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Sets other shares of the sources in a phase.</summary>
    /// <param name="Phase"><see cref="PhaseKind.Stable"/> (warmup included) or <see cref="PhaseKind.Decay"/>.</param>
    /// <param name="Shares">Of each source that is to be read, in billionths; what is not named is not read.</param>
    public sealed record SetMixture(PhaseKind Phase, IReadOnlyList<SourceShare> Shares) : RunCommand
    {
        /// <summary>The command's name.</summary>
        public const string Word = "set-mixture";

        private const string MixturePhase = "mixture_phase";
        private const string MixtureShares = "shares";

        internal override string Verb => Word;

        internal override IReadOnlyList<(string Key, object? Value)> Fields =>
            [(MixturePhase, PhaseName.Of(Phase)), (MixtureShares, CommandFields.Spell(Shares))];

        internal override string? SetKey =>
            Phase == PhaseKind.Decay ? CommandKeys.DecayMixture : CommandKeys.StableMixture;

        internal static SetMixture Read(CommandFields fields) => new(
            PhaseName.Parse(fields.Required<string>(MixturePhase)), fields.Shares(MixtureShares));

        public bool Equals(SetMixture? other) =>
            other is not null && Phase == other.Phase && Shares.SequenceEqual(other.Shares);

        public override int GetHashCode() => HashCode.Combine(Phase, Shares.Count);

        internal override (LiveSchedule After, string Outcome) ApplyTo(LiveSchedule now, long tokens)
        {
            var names = now.Stable.Select(share => share.Source).ToArray();
            RequireMixture(names);
            ScheduleRules.Require(
                Phase is PhaseKind.Stable or PhaseKind.Decay, "the phase", "stable (warmup included) or decay",
                PhaseName.Of(Phase), "give --phase stable or --phase decay");
            if (Phase == PhaseKind.Decay)
                ScheduleRules.RequireWsd(now, "a mixture of the decay");
            var past = Phase == PhaseKind.Stable && ScheduleChange.PhaseAfter(now, tokens) == PhaseKind.Decay;
            ScheduleRules.RequireState(
                !past, "the phase", "decay, where the run is", "stable", "give --phase decay");
            IReadOnlyList<SourceShare> shares = [.. names.Select(name =>
                Shares.FirstOrDefault(share => share.Source == name) ?? new SourceShare(name, 0))];
            var after = Phase == PhaseKind.Decay ? now with { Decay = shares } : now with { Stable = shares };
            return (
                after,
                $"mixture of the {PhaseName.Of(Phase)} phase {Text(now.Shares(Phase))} -> {Text(shares)}");
        }

        private void RequireMixture(string[] names)
        {
            var unknown = Shares.Select(share => share.Source).Except(names).ToArray();
            ScheduleRules.Require(
                unknown.Length == 0, "the mixture", $"sources of this run: {string.Join(", ", names)}",
                string.Join(", ", unknown), "name those; a new source comes in by resume or branch");
            var twice = Shares.GroupBy(share => share.Source).Where(group => group.Count() > 1).ToArray();
            ScheduleRules.Require(
                twice.Length == 0, "the mixture", "each source once",
                string.Join(", ", twice.Select(group => group.Key)), "give one share for each");
            // A run file has the same rule, because other sums are a mistake there. A branch of this run gets a run
            // file with these shares.
            ScheduleRules.Require(
                Shares.All(share => share.Weight is >= 0 and <= SourceOptions.WeightUnit)
                && Math.Abs(Shares.Sum(share => share.Weight) - SourceOptions.WeightUnit)
                    <= SourceOptions.WeightTolerance,
                "the mixture", "shares from 0 to 1 that add up to 1", Text(Shares), "give such as docs=0.7 code=0.3");
        }

        private static string Text(IReadOnlyList<SourceShare> shares) =>
            string.Join(", ", shares.Select(share => $"{share.Source} {SourceWeight.Write(share.Weight)}"));
    }
}
