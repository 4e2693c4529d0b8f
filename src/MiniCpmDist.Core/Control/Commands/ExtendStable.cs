using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Move the end of the stable phase.</summary>
    /// <param name="By">How far it moves; null: until a command ends the phase.</param>
    public sealed record ExtendStable(Extent? By) : RunCommand
    {
        /// <summary>The command's name.</summary>
        public const string Word = "extend-stable";

        private const string Length = "by";

        internal override string Verb => Word;

        internal override IReadOnlyList<(string Key, object? Value)> Fields => [(Length, By?.ToString())];

        internal override string? SetKey => CommandKeys.Stable;

        internal static ExtendStable Read(CommandFields fields) => new(fields.Length(Length));

        internal override (LiveSchedule After, string Outcome) ApplyTo(LiveSchedule now, long tokens)
        {
            var options = now.Options;
            ScheduleRules.RequireBeforeDecay(now, tokens, Word);
            var configured = ScheduleRules.DecayOf(options);
            if (By is not { } by)
            {
                var open = options with { StableIsOpen = true, Stable = 0, Decay = 0, OpenDecay = configured };
                return (now with { Options = open }, "the stable phase ends when told");
            }
            ScheduleRules.Require(
                by.Amount > 0 && by.Unit != ExtentUnit.Percent, "the length", "tokens or steps, above zero",
                $"`{by}`", "give such as `500 steps`, or `until told`");
            var end = options.StableIsOpen ? Math.Max(tokens, options.Warmup) : options.Warmup + options.Stable;
            end = new TokenAxis(options.TokenBatch, 0).Tokens(by, now.WalkFrom(tokens, end)) + end;
            var decay = ScheduleRules.DecayLength(configured, now.WalkFrom(tokens, end), options.TokenBatch);
            ScheduleRules.RequireInReach(end + (double)decay);
            var closed = options with
            {
                StableIsOpen = false,
                OpenDecay = null,
                Stable = end - options.Warmup,
                Decay = decay,
            };
            return (now with { Options = closed }, $"the stable phase ends after {Extent.OfTokens(end)}");
        }
    }
}
