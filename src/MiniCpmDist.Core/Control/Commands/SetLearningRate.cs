using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Sets another learning rate for the warmup and the stable phase.</summary>
    /// <param name="LearningRate">η of the full group.</param>
    public sealed record SetLearningRate(double LearningRate) : RunCommand
    {
        /// <summary>The command's name.</summary>
        public const string Word = "set-lr";

        private const string Rate = "learning_rate";

        internal override string Verb => Word;

        internal override IReadOnlyList<(string Key, object? Value)> Fields =>
            [(Rate, CommandFields.Spell(LearningRate))];

        internal override string? SetKey => CommandKeys.LearningRate;

        internal static SetLearningRate Read(CommandFields fields) => new(fields.Number(Rate));

        public override Problem? FindFlaw() => LearningRate > 0 && double.IsFinite(LearningRate)
            ? null
            : new Problem(
                "the learning rate", "a number above zero", ScheduleRules.Text(LearningRate), "give such as 0.005");

        internal override (LiveSchedule After, string Outcome) ApplyTo(LiveSchedule now, long tokens)
        {
            if (FindFlaw() is { } flaw)
                throw new ConfigurationException([flaw]);
            ScheduleRules.RequireBeforeDecay(now, tokens, Word);
            return (
                now with { Options = now.Options with { LearningRate = LearningRate } },
                $"learning rate {ScheduleRules.Text(now.Options.LearningRate)} -> {ScheduleRules.Text(LearningRate)}");
        }
    }
}
