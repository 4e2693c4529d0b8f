using System.Text;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>The log-probability of an option in nats, and the lengths that rules divide it by.</summary>
/// <param name="Sum">Over the option's tokens.</param>
/// <param name="Tokens">How many these are.</param>
/// <param name="Characters">Unicode code points of the option's text.</param>
/// <param name="Bytes">Its bytes in UTF-8.</param>
public readonly record struct OptionScore(double Sum, int Tokens, int Characters, int Bytes)
{
    public static OptionScore Of(string option, double sum, int tokens) =>
        new(sum, tokens, option.EnumerateRunes().Count(), Encoding.UTF8.GetByteCount(option));

    public double By(OptionRule rule) => rule switch
    {
        OptionRule.Characters => Sum / Characters,
        OptionRule.Bytes => Sum / Bytes,
        OptionRule.Tokens => Sum / Tokens,
        _ => Sum,
    };

    /// <summary>Index of the best option; the first of equal ones, as numpy's argmax has it.</summary>
    public static int Best(IReadOnlyList<OptionScore> options, OptionRule rule)
    {
        var best = 0;
        for (var i = 1; i < options.Count; i++)
        {
            if (options[i].By(rule) > options[best].By(rule))
                best = i;
        }
        return best;
    }
}
