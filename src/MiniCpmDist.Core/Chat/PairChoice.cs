using System.Globalization;
using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Chat;

/// <summary>
/// Which two of some rated answers make a pair: the best by mean rating, and one of those below it, which the seed
/// chooses.
/// </summary>
/// <param name="Chosen">The best answer; null where there is no pair.</param>
/// <param name="Rejected">The other one; null where there is no pair.</param>
/// <param name="Reason">Why these two, or why none, in words.</param>
public sealed record PairChoice(RatedAnswer? Chosen, RatedAnswer? Rejected, string Reason)
{
    /// <summary>Chooses a pair.</summary>
    /// <param name="answers">To one instruction.</param>
    /// <param name="leastMargin">The mean of the rejected answer lies so much below the best at least.</param>
    /// <param name="takesWorst">Take the worst answer, and not one by chance.</param>
    /// <param name="seed">Decides the chance.</param>
    /// <param name="index">Number of the instruction, from 0.</param>
    public static PairChoice Of(
        IReadOnlyList<RatedAnswer> answers, double leastMargin, bool takesWorst, ulong seed, ulong index)
    {
        ArgumentNullException.ThrowIfNull(answers);
        RatedAnswer[] rated =
        [
            .. answers.Where(answer => answer.Mean is not null && !string.IsNullOrWhiteSpace(answer.Text))
                .OrderByDescending(answer => answer.Mean),
        ];
        if (rated.Length < 2)
            return new PairChoice(null, null, "fewer than two answers with a rating and a text");
        var best = rated[0];
        if (rated[1].Mean == best.Mean)
            return new PairChoice(null, null, "a tie for the best answer");
        RatedAnswer[] below =
        [
            .. rated.Skip(1).Where(answer => best.Mean - answer.Mean >= leastMargin && answer.Text != best.Text),
        ];
        if (below.Length == 0)
            return new PairChoice(null, null, "no other answer is far enough below the best");
        var place = takesWorst
            ? below.Length - 1
            : (int)(CounterRandom.UInt64(seed, "preferences", index) % (ulong)below.Length);
        var other = below[place];
        return new PairChoice(best, other, string.Create(
            CultureInfo.InvariantCulture,
            $"{best.Model} has the best mean rating, {best.Mean:0.##}; {other.Model} with {other.Mean:0.##} is "
            + $"{(takesWorst ? "the worst" : $"drawn from {below.Length} others")}"));
    }
}
