using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Sets another number of tokens in a step.</summary>
    /// <param name="Tokens">Whole micro-batches.</param>
    /// <param name="Rule">What becomes of the learning rate.</param>
    public sealed record SetTokenBatch(long Tokens, LearningRateRule Rule) : RunCommand
    {
        /// <summary>The command's name.</summary>
        public const string Word = "set-batch";

        private const string Batch = "token_batch";
        private const string Follows = "lr_rule";

        internal override string Verb => Word;

        internal override IReadOnlyList<(string Key, object? Value)> Fields =>
            [(Batch, Tokens), (Follows, ScheduleWords.Of(Rule))];

        internal override string? SetKey => CommandKeys.TokenBatch;

        internal static SetTokenBatch Read(CommandFields fields) =>
            new(fields.Required<long>(Batch), fields.Choice(Follows, ScheduleWords.Rules));

        /// <summary>
        /// Sets the batch and drops stages and law, because they would change it again. From here on only commands set
        /// it.
        /// </summary>
        internal override (LiveSchedule After, string Outcome) ApplyTo(LiveSchedule now, long tokens)
        {
            var (after, outcome) = Resize(now, tokens);
            var hadPlan = now.Options.Batches != BatchPlan.None;
            return hadPlan
                ? (
                    after with { Options = after.Options with { Batches = BatchPlan.None } },
                    outcome + "; stages or law of the configuration act no more")
                : (after, outcome);
        }

        /// <summary>See <see cref="ScheduleChange.Resize"/>.</summary>
        internal (LiveSchedule After, string Outcome) Resize(LiveSchedule now, long tokens)
        {
            var unit = now.BatchUnit;
            var below = Math.Clamp(Tokens, unit, ScheduleOptions.LargestTokenBatch) / unit * unit;
            ScheduleRules.Require(
                Tokens > 0 && Tokens % unit == 0 && Tokens <= ScheduleOptions.LargestTokenBatch,
                "the token batch",
                $"a multiple of one micro-batch, {unit} tokens, up to {ScheduleOptions.LargestTokenBatch}",
                $"{Tokens}", $"give {below} or {below + unit}");
            if (Rule != LearningRateRule.None)
                ScheduleRules.RequireBeforeDecay(now, tokens, "a batch size that the learning rate follows");
            var factor = (double)Tokens / now.Options.TokenBatch;
            var before = now.Options.LearningRate;
            var rate = before * Rule.Factor(factor);
            var outcome = $"token batch {now.Options.TokenBatch} -> {Tokens}";
            if (Rule != LearningRateRule.None)
                outcome += $", learning rate {ScheduleRules.Text(before)} -> {ScheduleRules.Text(rate)}";
            return (now with { Options = now.Options with { TokenBatch = Tokens, LearningRate = rate } }, outcome);
        }
    }
}
