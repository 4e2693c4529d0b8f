using System.Security.Cryptography;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Data.Evaluation;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Asks a model items of a task in one form. An item's score does not depend on its neighbours.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="data">The task.</param>
/// <param name="form">How the items are asked.</param>
/// <param name="options">Other things.</param>
public sealed class ItemQuestions(IAskedModel model, TaskData data, TaskForm form, TaskEvaluationOptions options)
{
    private readonly ItemRequests _requests = new(data, form);

    /// <summary>Positions that were computed so far.</summary>
    public EvaluationWork Work { get; } = new();

    /// <summary>The scores of items, in their order; one for each sample of an answer.</summary>
    /// <exception cref="SpoiltModelException">While enumerating: the model gives no finite numbers.</exception>
    public IEnumerable<ItemScore> Score(IReadOnlyList<TaskItem> items) =>
        form.Mode == ScoringMode.Likelihood ? ByLikelihood(items) : ByGeneration(items);

    /// <summary>What the model is asked about an item.</summary>
    public OptionRequest Request(TaskItem item) => _requests.Of(item);

    private IEnumerable<ItemScore> ByLikelihood(IReadOnlyList<TaskItem> items)
    {
        using var scorer = model.NewScorer(options.BatchTokens, options.Window);
        foreach (var score in scorer.Score(items.Select(Request)))
        {
            (Work.Computed, Work.Plain) = (scorer.Work.Computed, scorer.Work.Plain);
            yield return score;
        }
    }

    private IEnumerable<ItemScore> ByGeneration(IReadOnlyList<TaskItem> items)
    {
        using var answerer = model.NewAnswerer(options.Window);
        foreach (var item in items)
        {
            var request = Request(item);
            for (var sample = 0; sample < options.Sampling.Samples; sample++)
            {
                var score = answerer.Answer(
                    item.Id, request.Before, request.Prompt, form.Stop, form.Tokens, options.Sampling, sample);
                (Work.Computed, Work.Plain) = (answerer.Work.Computed, answerer.Work.Plain);
                yield return form.RunsCode ? Judged(item, score) : score;
            }
        }
    }

    private ItemScore Judged(TaskItem item, ItemScore score)
    {
        // Nobody can print it without knowing it, and the next item has another one.
        var marker = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var outcome = options.Runner!.Run(CodeProgram.Of(form.Metrics[0], item, score.Text!, marker), marker);
        return score with { Passed = outcome.Passed };
    }
}
