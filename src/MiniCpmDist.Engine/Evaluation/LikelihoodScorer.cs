using System.Globalization;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Model;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Log-probabilities of options after a text. Context and option are encoded together and divided at the length of the
/// encoded context, and spaces at the end of the context belong to the option, as in lm-evaluation-harness. Examples
/// are computed once for all items that follow each other, a prompt once for all its options.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="window">Positions that it sees at most.</param>
/// <param name="batchTokens">Positions that are gathered before they go through the model. They decide speed and
/// memory, and no bit.</param>
/// <param name="checkpoint">Where the model comes from, for errors.</param>
public sealed class LikelihoodScorer(
    MiniCpmForCausalLM model, Tokenizer tokenizer, int window, int batchTokens, string checkpoint) : IDisposable
{
    private readonly List<ItemBranches> _waiting = [];
    private string? _before;
    private int[] _shotIds = [];
    private TokenBranch? _shots;

    public EvaluationWork Work { get; } = new();

    /// <summary>The scores, in the order of the items.</summary>
    /// <exception cref="ConfigurationException">While enumerating: an option that cannot be scored.</exception>
    /// <exception cref="SpoiltModelException">While enumerating: the model gives no finite numbers.</exception>
    public IEnumerable<ItemScore> Score(IEnumerable<OptionRequest> requests)
    {
        foreach (var request in requests)
        {
            if (request.Before != _before)
            {
                foreach (var score in Flush())
                    yield return score;
                Begin(request.Before);
            }
            _waiting.Add(Plan(request));
            if (_waiting.Sum(item => item.Rows) >= batchTokens)
            {
                foreach (var score in Flush())
                    yield return score;
            }
        }
        foreach (var score in Flush())
            yield return score;
    }

    public void Dispose() => _shots?.Dispose();

    private void Begin(string before)
    {
        _shots?.Dispose();
        _shots = null;
        _before = before;
        _shotIds = before.Length == 0 ? [] : [.. OptionIds.Encode(tokenizer, before).Take(window)];
    }

    /// <summary>The ids of a prompt, and of everything up to the end of each option.</summary>
    public (int[] Prompt, int[][] Whole) Ids(OptionRequest request) => OptionIds.Of(tokenizer, request);

    private ItemBranches Plan(OptionRequest request)
    {
        var (prompt, whole) = Ids(request);
        Check(request, prompt, whole);
        var tokens = SharedTokens.Of(_shotIds, prompt, whole, window);
        Work.Plain += whole.Sum(ids => Math.Min(ids.Length - 1, window));
        if (tokens.SharedShots > 0 && tokens.NeedsPrompt)
            _shots ??= new TokenBranch(_shotIds) { IsKept = true };
        return ItemBranches.Of(request, tokens, _shots);
    }

    private void Check(OptionRequest request, int[] prompt, int[][] whole)
    {
        var problems = new ProblemCollector();
        foreach (var (i, ids) in whole.Index())
        {
            var scored = ids.Length - prompt.Length;
            problems.Require(
                scored > 0 && scored <= window, request.Place,
                $"an option with 1 to {window} tokens, the model's window",
                string.Create(CultureInfo.InvariantCulture, $"{scored} in option {i + 1}"),
                "correct the option, or leave the item out of the file");
        }
        problems.ThrowIfAny();
    }

    private List<ItemScore> Flush()
    {
        var scores = new List<ItemScore>();
        if (_waiting.Count == 0)
            return scores;
        var branches = new List<TokenBranch>();
        if (_shots is { IsComputed: false } shots)
        {
            // By itself, so that memory does not grow with examples and items together.
            model.LogProbabilities([shots], []);
            Work.Computed += shots.Ids.Count;
        }
        branches.AddRange(_waiting.SelectMany(item => item.Branches));
        Work.Computed += branches.Sum(branch => branch.Ids.Count);
        var found = model.LogProbabilities(branches, [.. _waiting.SelectMany(item => item.Wanted)]);
        var next = 0;
        foreach (var item in _waiting)
            scores.Add(Sum(item, found.AsSpan(next, item.Wanted.Count), ref next));
        _waiting.ForEach(item => item.Dispose());
        _waiting.Clear();
        return scores;
    }

    private ItemScore Sum(ItemBranches item, ReadOnlySpan<float> found, ref int next)
    {
        var sums = new double[item.Tokens.Count];
        var at = 0;
        for (var option = 0; option < sums.Length; option++)
        {
            for (var i = 0; i < item.Tokens[option]; i++)
                sums[option] += found[at++];
        }
        next += at;
        if (sums.Any(sum => !double.IsFinite(sum)))
            throw new SpoiltModelException(checkpoint, $"a log-probability that is not finite in {item.Id}");
        return new ItemScore(item.Id, item.IsCut, sums, item.Tokens);
    }
}
