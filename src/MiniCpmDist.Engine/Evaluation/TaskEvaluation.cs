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

    private readonly ItemQuestions _questions = new(model, data, form, options);

    /// <summary>Positions that all ranks have computed for this evaluation; known after it.</summary>
    public EvaluationWork Work => _questions.Work;

    /// <summary>Items whose scores were known before.</summary>
    public int Known { get; private set; }

    /// <returns>The scores of all whole items, by <see cref="ItemScore.Key"/>.</returns>
    /// <exception cref="ConfigurationException">The form runs programs, and nothing may run them.</exception>
    public IReadOnlyDictionary<string, ItemScore> ScoresCollective(ICommunicator communicator)
    {
        if (form.RunsCode && options.Runner is null)
            throw new ConfigurationException($"{data.Task.Name}: nothing is there to run its programs.");
        var folder = options.Scores ?? Path.Combine(model.Folder.Path, "evaluation");
        using var log = ScoreLog.OpenCollective(folder, LogName, communicator);
        var items = data.Items.Where(item => item.IsWhole).ToArray();
        var open = items.Where(item => !Enumerable.Range(0, Samples)
            .All(sample => log.Known.ContainsKey(ItemScore.KeyOf(item.Id, sample)))).ToArray();
        Known = items.Length - open.Length;
        var own = OwnPart(open, communicator);
        var lines = new StringBuilder();
        var done = 0;
        foreach (var score in _questions.Score(own))
        {
            log.Add(score);
            lines.Append(score.Write()).Append('\n');
            options.Progress?.Invoke($"{data.Task.Name} {form.Name}", ++done / Samples, own.Length);
        }
        var scores = new Dictionary<string, ItemScore>(log.Known);
        foreach (var line in communicator.GatherTextCollective(lines.ToString())
            .SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            var score = ItemScore.Read(line);
            scores[score.Key] = score;
        }
        AddWorkCollective(communicator);
        return scores;
    }

    private int Samples => form.Mode == ScoringMode.Generation ? options.Sampling.Samples : 1;

    /// <summary>SHA-256 of everything that a score depends on, as the name of the files of scores.</summary>
    private string LogName
    {
        get
        {
            // The number of samples is no part: more of them go on with those that are there.
            var sampling = form.Mode == ScoringMode.Generation && !options.Sampling.IsGreedy
                ? [(options.Sampling with { Samples = 1 }).Text]
                : Array.Empty<string>();
            string[] parts = [RulesVersion, model.Hash, $"{options.Window ?? model.Window}", data.Hash, data.Task.Text,
                form.Name, .. sampling];
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u241f', parts))));
            return $"{data.Task.Name}.{form.Name.Replace('/', '-')}.{hash[..16]}";
        }
    }

    /// <summary>A rank's part of the items: neighbours, because these have the same examples.</summary>
    internal static TaskItem[] OwnPart(TaskItem[] items, ICommunicator communicator)
    {
        var (rank, ranks) = ((long)communicator.Rank, communicator.WorldSize);
        return items[(int)(items.Length * rank / ranks)..(int)(items.Length * (rank + 1) / ranks)];
    }

    /// <summary>
    /// What the model was asked and what it has answered, one JSON object for each whole item, so that another program
    /// can check the scores.
    /// </summary>
    public IEnumerable<string> Details(IReadOnlyDictionary<string, ItemScore> scores)
    {
        using var scorer = model.NewScorer(options.BatchTokens, options.Window);
        foreach (var item in data.Items.Where(item => item.IsWhole))
        {
            var request = _questions.Request(item);
            var (prompt, whole) = form.Mode == ScoringMode.Likelihood ? scorer.Ids(request) : ([], []);
            yield return ItemDetails.Write(data.Task.Name, form, item, request, prompt, whole, scores[item.Id]);
        }
    }

    private void AddWorkCollective(ICommunicator communicator)
    {
        var all = communicator.GatherTextCollective($"{Work.Computed} {Work.Plain}")
            .Select(text => text.Split(' ').Select(long.Parse).ToArray()).ToArray();
        (Work.Computed, Work.Plain) = (all.Sum(work => work[0]), all.Sum(work => work[1]));
    }
}
