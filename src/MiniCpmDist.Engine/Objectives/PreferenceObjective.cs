using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Objectives;

/// <summary>
/// Direct preference optimization: the mean over pairs of answers of the loss that <see cref="PreferenceLoss"/> gives.
/// Of two neighbouring answers in the data the first is the one that is preferred. A sequence's weight is the number of
/// its pairs.
/// </summary>
/// <param name="options">What the loss is.</param>
/// <param name="references">What the reference says of each answer.</param>
internal sealed class PreferenceObjective(AlignmentOptions options, ReferenceTable references) : IObjective
{
    public MicroBatchReader Read => ReadPairs;

    public IReadOnlyList<string> Measures { get; } =
        ["margin", "accuracy", "chosen_reward", "rejected_reward", "chosen_tokens", "rejected_tokens"];

    public long Weight(TokenDataset source, long index)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.ScoredDocuments(index) / 2;
    }

    public ObjectiveSums Sum(MiniCpmForCausalLM model, MicroBatch batch, double? gradientFactor = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var pairs = (PreferenceBatch)batch;
        using var scope = NewDisposeScope();
        var scores = new AnswerScores(model, batch);
        var losses = Losses(scores.Measure(), scores.Answers, pairs.References);
        var rows = new double[batch.Rows];
        for (var i = 0; i < losses.Length; i++)
            rows[scores.Answers[2 * i].Row] += losses[i].Loss;
        var bySequence = tensor(rows);                                                  // [rows]
        // A loss falls with a log-probability where it rises with the sum of token losses.
        double[] slopes = [.. losses.SelectMany(loss => (double[])[-loss.ByChosen, -loss.ByRejected])];
        var sum = gradientFactor is { } factor && slopes.Length > 0
            ? PairLosses.apply(
                scores.LossSums([.. slopes.Select(slope => (double?)(slope * factor))]), bySequence, tensor(slopes))
            : bySequence.sum(ScalarType.Float64);
        return new ObjectiveSums(sum.MoveToOuterDisposeScope(), bySequence.MoveToOuterDisposeScope())
        {
            Measured = Sums(losses, scores.Answers),
        };
    }

    private PreferenceLoss[] Losses(float[] policy, IReadOnlyList<Answer> answers, IReadOnlyList<float> reference) =>
    [
        .. Enumerable.Range(0, answers.Count / 2).Select(i => PreferenceLoss.Of(
            new PreferencePair(
                policy[2 * i], policy[2 * i + 1], reference[2 * i], reference[2 * i + 1], answers[2 * i].Tokens,
                answers[2 * i + 1].Tokens),
            options)),
    ];

    private static double[] Sums(PreferenceLoss[] losses, IReadOnlyList<Answer> answers) =>
    [
        losses.Sum(loss => loss.Margin),
        losses.Count(loss => loss.Margin > 0),
        losses.Sum(loss => loss.ChosenReward),
        losses.Sum(loss => loss.RejectedReward),
        answers.Where((_, i) => i % 2 == 0).Sum(answer => answer.Tokens),
        answers.Where((_, i) => i % 2 == 1).Sum(answer => answer.Tokens),
    ];

    private PreferenceBatch ReadPairs(IReadOnlyList<TokenDataset> sources, ReadOnlySpan<SequenceRef> places)
    {
        var values = new List<float>();
        foreach (var place in places)
            values.AddRange(references.Of(sources[place.Source], place.Index));
        return new PreferenceBatch(MicroBatch.Read(sources, places), values);
    }
}
