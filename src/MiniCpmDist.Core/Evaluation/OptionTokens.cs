namespace MiniCpmDist.Core.Evaluation;

/// <summary>The tokens of an option that are computed for it alone.</summary>
/// <param name="Kept">Positions of the examples and the prompt that it continues.</param>
/// <param name="Ids">What follows these; the last id is predicted and never read.</param>
/// <param name="FirstScored">Index in <paramref name="Ids"/> of the option's first token.</param>
/// <param name="IsCut">Everything together is longer than the window: the oldest tokens are left out, and nothing is
/// shared, because every position moves.</param>
public sealed record OptionTokens(int Kept, int[] Ids, int FirstScored, bool IsCut)
{
    /// <summary>Tokens whose log-probabilities are added up.</summary>
    public int Scored => Ids.Length - FirstScored;
}
