using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Ends the stable phase here and begins the decay.</summary>
    /// <param name="Length">A percentage is of the whole run; null for the length in the configuration.</param>
    /// <param name="Shape">Null for the one in the configuration.</param>
    public sealed record BeginDecay(Extent? Length, DecayShape? Shape) : RunCommand
    {
        /// <summary>The command's name.</summary>
        public const string Word = "begin-decay";

        private const string DecayLength = "length";
        private const string DecayShapeKey = "decay_shape";

        internal override string Verb => Word;

        internal override IReadOnlyList<(string Key, object? Value)> Fields =>
        [
            (DecayLength, Length?.ToString()),
            (DecayShapeKey, Shape is { } shape ? ScheduleWords.Of(shape) : null),
        ];

        internal override string? SetKey => CommandKeys.Stable;

        internal static BeginDecay Read(CommandFields fields) => new(
            fields.Length(DecayLength),
            fields.Has(DecayShapeKey) ? fields.Choice(DecayShapeKey, ScheduleWords.DecayShapes) : null);

        internal override (LiveSchedule After, string Outcome) ApplyTo(LiveSchedule now, long tokens)
        {
            var options = now.Options;
            ScheduleRules.RequireBeforeDecay(now, tokens, Word);
            var warmup = options.Warmup - tokens;
            ScheduleRules.RequireState(
                warmup <= 0, "the phase", "a decay that begins in the stable phase", "the warmup",
                $"ask again in {Extent.OfSteps((warmup + options.TokenBatch - 1) / options.TokenBatch)}, "
                + "or earlier with another warmup in a new run");
            var length = Length ?? ScheduleRules.DecayOf(options);
            ScheduleRules.Require(
                length.Amount > 0 && length is not { Unit: ExtentUnit.Percent, Amount: >= 100 },
                "the decay's length", "a length above zero and below 100%",
                Length is null && options.OpenDecay is null ? "none in the configuration" : $"`{length}`",
                "give such as `80 steps` or `10%`");
            var decay = ScheduleRules.DecayLength(length, now.Walk(tokens), options.TokenBatch);
            ScheduleRules.RequireInReach(tokens + (double)decay);
            var shape = Shape ?? options.DecayShape;
            var halfLife = shape == DecayShape.Exponential ? options.HalfLife : null;
            var reachesZero = shape is not (DecayShape.Exponential or DecayShape.Inverse) || halfLife is not null;
            ScheduleRules.Require(
                reachesZero || options.FinalRatio > 0, "the decay's shape", "one that reaches a final ratio of 0",
                ScheduleWords.Of(shape), "give linear, 1-sqrt or cosine");
            var after = options with
            {
                StableIsOpen = false,
                OpenDecay = null,
                Stable = tokens - options.Warmup,
                Decay = decay,
                DecayShape = shape,
                HalfLife = halfLife,
            };
            return (
                now with { Options = after },
                $"the stable phase ends, a decay of {Extent.OfTokens(decay)} begins ({ScheduleWords.Of(shape)})");
        }
    }
}
