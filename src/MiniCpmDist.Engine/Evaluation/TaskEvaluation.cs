using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Runs.Evaluation;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Asks a model the items of a task in one form. Each rank takes a part of the items that have no score yet; an item's
/// score does not depend on the rank, on its neighbours, or on what was known before.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="data">The items.</param>
/// <param name="form">How they are asked.</param>
/// <param name="options">Other things.</param>
public sealed class TaskEvaluation(TrainedModel model, TaskData data, TaskForm form, TaskEvaluationOptions options)
{
    // Another way to compute or to store a score needs another number here.
    private const string RulesVersion = "1";

    private readonly TaskPrompt _prompt = new(form);

    /// <summary>Positions that all ranks have computed for this evaluation; known after it.</summary>
    public EvaluationWork Work { get; } = new();

    /// <summary>Items whose scores were known before.</summary>
    public int Known { get; private set; }

    /// <returns>The scores of all whole items, by their ids.</returns>
    /// <exception cref="ConfigurationException">The form runs programs, and nothing may run them.</exception>
    public IReadOnlyDictionary<string, ItemScore> ScoresCollective(ICommunicator communicator)
    {
        if (form.RunsCode && options.Runner is null)
            throw new ConfigurationException($"{data.Task.Name}: nothing is there to run its programs.");
        var folder = options.Scores ?? Path.Combine(model.Folder.Path, "evaluation");
        using var log = ScoreLog.OpenCollective(folder, LogName, communicator);
        var items = data.Items.Where(item => item.IsWhole).ToArray();
        var open = items.Where(item => !log.Known.ContainsKey(item.Id)).ToArray();
        Known = items.Length - open.Length;
        var own = open[Part(open.Length, communicator.Rank, communicator)..Part(
            open.Length, communicator.Rank + 1, communicator)];
        var lines = new StringBuilder();
        var done = 0;
        foreach (var score in Score(own))
        {
            log.Add(score);
            lines.Append(score.Write()).Append('\n');
            options.Progress?.Invoke($"{data.Task.Name} {form.Name}", ++done, own.Length);
        }
        var scores = new Dictionary<string, ItemScore>(log.Known);
        foreach (var line in communicator.GatherTextCollective(lines.ToString())
            .SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            var score = ItemScore.Read(line);
            scores[score.Id] = score;
        }
        AddWorkCollective(communicator);
        return scores;
    }

    /// <summary>SHA-256 of everything that a score depends on, as the name of the files of scores.</summary>
    private string LogName
    {
        get
        {
            string[] parts = [RulesVersion, model.Hash, $"{options.Window ?? model.Window}", data.Hash, data.Task.Text,
                form.Name];
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u241f', parts))));
            return $"{data.Task.Name}.{form.Name.Replace('/', '-')}.{hash[..16]}";
        }
    }

    // Neighbours have the same examples, so that a rank takes neighbours.
    private static int Part(int count, int rank, ICommunicator communicator) =>
        (int)((long)count * rank / communicator.WorldSize);

    private IEnumerable<ItemScore> Score(TaskItem[] items) =>
        form.Mode == ScoringMode.Likelihood ? ByLikelihood(items) : ByGeneration(items);

    /// <summary>
    /// What the model was asked and what it has answered, one JSON object for each whole item, so that another program
    /// can check the scores.
    /// </summary>
    public IEnumerable<string> Details(IReadOnlyDictionary<string, ItemScore> scores)
    {
        using var scorer = model.NewScorer(options.BatchTokens, options.Window);
        foreach (var item in data.Items.Where(item => item.IsWhole))
        {
            var request = Request(item);
            var (prompt, whole) = form.Mode == ScoringMode.Likelihood ? scorer.Ids(request) : ([], []);
            yield return ItemDetails.Write(data.Task.Name, form, item, request, prompt, whole, scores[item.Id]);
        }
    }

    private OptionRequest Request(TaskItem item) =>
        new(item.Id, item.Place, Before(item), _prompt.Prompt(item), _prompt.Options(item));

    private IEnumerable<ItemScore> ByLikelihood(TaskItem[] items)
    {
        using var scorer = model.NewScorer(options.BatchTokens, options.Window);
        foreach (var score in scorer.Score(items.Select(Request)))
        {
            (Work.Computed, Work.Plain) = (scorer.Work.Computed, scorer.Work.Plain);
            yield return score;
        }
    }

    private IEnumerable<ItemScore> ByGeneration(TaskItem[] items)
    {
        using var answerer = model.NewAnswerer(options.Window);
        foreach (var item in items)
        {
            var score = answerer.Answer(item.Id, Before(item), _prompt.Prompt(item), form.Stop, form.Tokens);
            (Work.Computed, Work.Plain) = (answerer.Work.Computed, answerer.Work.Plain);
            yield return form.RunsCode ? Judged(item, score) : score;
        }
    }

    private ItemScore Judged(TaskItem item, ItemScore score)
    {
        // Nobody can print it without knowing it, and the next item has another one.
        var marker = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var outcome = options.Runner!.Run(CodeProgram.Of(form.Metrics[0], item, score.Text!, marker), marker);
        return score with { Passed = outcome.Passed };
    }

    private string Before(TaskItem item) =>
        _prompt.BeforeItem(item, data.PreambleOf(item, form), data.ShotsOf(item, form.Shots));

    private void AddWorkCollective(ICommunicator communicator)
    {
        var all = communicator.GatherTextCollective($"{Work.Computed} {Work.Plain}")
            .Select(text => text.Split(' ').Select(long.Parse).ToArray()).ToArray();
        (Work.Computed, Work.Plain) = (all.Sum(work => work[0]), all.Sum(work => work[1]));
    }
}
