namespace MiniCpmDist.Core.Evaluation;

/// <summary>
/// How an item with options is computed: each position of the examples, the prompt and the options once. What a row of
/// the model depends on is decided here by the item alone, never by the items that happen to be computed beside it.
/// </summary>
/// <param name="SharedShots">Positions taken from the examples, which are computed once for many items.</param>
/// <param name="Prompt">The ids that follow these, to the end of the prompt.</param>
/// <param name="Options">The options.</param>
public sealed record SharedTokens(int SharedShots, int[] Prompt, IReadOnlyList<OptionTokens> Options)
{
    /// <param name="shots">Ids of all before the item; begins with the document's first piece.</param>
    /// <param name="prompt">Ids up to the end of the prompt, examples included.</param>
    /// <param name="whole">For each option, ids of everything and the option.</param>
    /// <param name="window">Positions that the model sees at most.</param>
    public static SharedTokens Of(int[] shots, int[] prompt, IReadOnlyList<int[]> whole, int window)
    {
        // One row of the prompt is the item's own: it predicts the first token of an option.
        var shared = Math.Min(Common(shots, prompt), prompt.Length - 1);
        return new SharedTokens(shared, prompt[shared..], [.. whole.Select(ids => Option(prompt, ids, window))]);
    }

    /// <summary>True where no option is so long that its text has to be cut, so that the prompt is needed.</summary>
    public bool NeedsPrompt => Options.Any(option => !option.IsCut);

    /// <summary>Positions that the item has for itself: the end of an option is only predicted.</summary>
    public int Rows => (NeedsPrompt ? Prompt.Length : 0) + Options.Sum(option => Math.Max(0, option.Ids.Length - 1));

    // The last token is only predicted, so it is no input.
    private static OptionTokens Option(int[] prompt, int[] whole, int window)
    {
        var scored = whole.Length - prompt.Length;
        if (whole.Length - 1 > window)
        {
            var kept = whole[^(window + 1)..];
            return new OptionTokens(0, kept, Math.Max(1, kept.Length - scored), IsCut: true);
        }
        var common = Common(prompt, whole);
        return new OptionTokens(common, whole[common..], prompt.Length - common, IsCut: false);
    }

    private static int Common(int[] left, int[] right) => left.AsSpan().CommonPrefixLength(right);
}
