using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Asks the model that a run trains its tasks. A second module over the same memory is asked, which has no gradients:
/// products of few rows then have the bits that `minicpm eval` gives the checkpoint of the same step.
/// </summary>
public sealed class TrainingTasks : IAskedModel, IDisposable
{
    private readonly RunTasks _tasks;
    private readonly MiniCpmForCausalLM? _model;
    private readonly Tokenizer? _tokenizer;
    private readonly string _run;

    /// <param name="tasks">What is asked.</param>
    /// <param name="options">The run.</param>
    /// <param name="trained">Its model, in flat buffers.</param>
    /// <param name="tokenizer">Path of its tokenizer.</param>
    public TrainingTasks(RunTasks tasks, RunOptions options, MiniCpmForCausalLM trained, string tokenizer)
    {
        (_tasks, _run, Window) = (tasks, options.Name, options.Data.SequenceLength);
        if (IsEmpty)
            return;
        _tokenizer = Tokenizer.Load(tokenizer);
        _model = Frozen(trained);
    }

    /// <summary>True where the run evaluates no task.</summary>
    public bool IsEmpty => _tasks.Forms.Count == 0;

    /// <inheritdoc/>
    public int Window { get; }

    /// <summary>The scores of the weights as they are; the same bits for any number of ranks.</summary>
    /// <returns>Scores, none where the model gives numbers that are not finite, and the positions that went through
    /// the models of all ranks.</returns>
    public (IReadOnlyList<TaskScore> Scores, long Positions) ScoresCollective(ICommunicator communicator)
    {
        var (scores, positions, isFinite) = (new List<TaskScore>(), 0L, true);
        foreach (var (data, form) in _tasks.Forms)
        {
            var questions = new ItemQuestions(this, data, form, new TaskEvaluationOptions());
            var items = data.Items.Where(item => item.IsWhole).ToArray();
            var own = TryScore(questions, TaskEvaluation.OwnPart(items, communicator));
            // Every rank learns of it: one that stopped here alone would leave the others waiting.
            var all = communicator.GatherTextCollective(
                $"{questions.Work.Computed}\n{(own is null ? "" : string.Join('\n', own.Select(one => one.Write())))}");
            isFinite &= Read(all, items.Length, out var found, ref positions);
            if (isFinite)
                scores.AddRange(FormScores.Of(form, data.Items, found).Select(line => Score(data.Task, form, line)));
        }
        return (isFinite ? scores : [], positions);
    }

    /// <inheritdoc/>
    public LikelihoodScorer NewScorer(int batchTokens, int? window = null) =>
        new(_model!, _tokenizer!, window ?? Window, batchTokens, _run);

    /// <inheritdoc/>
    public PromptAnswerer NewAnswerer(int? window = null) => new(_model!, _tokenizer!, window ?? Window, _run);

    public void Dispose()
    {
        _model?.Dispose();
        _tokenizer?.Dispose();
    }

    private static List<ItemScore>? TryScore(ItemQuestions questions, TaskItem[] items)
    {
        try
        {
            return [.. questions.Score(items)];
        }
        catch (SpoiltModelException)
        {
            // The run goes on: what is done about such weights is decided by its held-out loss and its steps.
            return null;
        }
    }

    /// <returns>False where an item has no score.</returns>
    private static bool Read(
        IReadOnlyList<string> all, int items, out Dictionary<string, ItemScore> found, ref long positions)
    {
        found = [];
        foreach (var lines in all.Select(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            positions += long.Parse(lines[0], System.Globalization.CultureInfo.InvariantCulture);
            foreach (var score in lines.Skip(1).Select(ItemScore.Read))
                found[score.Id] = score;
        }
        return found.Count == items;
    }

    private static TaskScore Score(EvaluationTask task, TaskForm form, ScoreLine line) => new(
        task.Name, form.Flavour, EvaluationWords.Of(form.Mode), line.Rule, line.IsOwn, line.Score.Mean,
        line.Score.Error, line.Score.Count);

    /// <summary>A module over the memory of another one's parameters.</summary>
    private static MiniCpmForCausalLM Frozen(MiniCpmForCausalLM trained)
    {
        var twin = new MiniCpmForCausalLM(trained.Shape, trained.Head.dtype, window: trained.Window);
        var weights = trained.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, parameter) in twin.named_parameters())
        {
            parameter.set_(weights[name].detach());
            parameter.requires_grad = false;
        }
        return twin;
    }
}
