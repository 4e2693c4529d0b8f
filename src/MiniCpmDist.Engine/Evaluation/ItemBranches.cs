using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Engine.Model;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>An item as branches of texts, and the tokens whose log-probabilities are wanted.</summary>
internal sealed class ItemBranches : IDisposable
{
    private ItemBranches(string id, bool isCut) => (Id, IsCut) = (id, isCut);

    public string Id { get; }

    public bool IsCut { get; }

    /// <summary>The prompt and the options, as far as they have rows of their own.</summary>
    public List<TokenBranch> Branches { get; } = [];

    public List<(TokenBranch Branch, int Index, int Next)> Wanted { get; } = [];

    /// <summary>Tokens of each option.</summary>
    public List<int> Tokens { get; } = [];

    public int Rows => Branches.Sum(branch => branch.Ids.Count);

    public static ItemBranches Of(OptionRequest request, SharedTokens tokens, TokenBranch? shots)
    {
        var item = new ItemBranches(request.Id, tokens.Options.Any(option => option.IsCut));
        TokenBranch? prompt = null;
        if (tokens.NeedsPrompt)
        {
            prompt = new TokenBranch(
                tokens.Prompt, tokens.SharedShots > 0 ? shots : null, tokens.SharedShots);
            item.Branches.Add(prompt);
        }
        foreach (var option in tokens.Options)
            item.Add(option, option.IsCut ? null : prompt, tokens.SharedShots);
        return item;
    }

    public void Dispose() => Branches.ForEach(branch => branch.Dispose());

    private void Add(OptionTokens option, TokenBranch? prompt, int sharedShots)
    {
        Tokens.Add(option.Scored);
        TokenBranch? own = null;
        if (option.Ids.Length > 1)
        {
            own = new TokenBranch(option.Ids[..^1], option.Kept == 0 ? null : prompt, option.Kept);
            Branches.Add(own);
        }
        for (var i = option.FirstScored; i < option.Ids.Length; i++)
        {
            // The end of the prompt predicts the first token of an option.
            Wanted.Add(i > 0
                ? (own!, i - 1, option.Ids[i])
                : (prompt!, option.Kept - 1 - sharedShots, option.Ids[i]));
        }
    }
}
