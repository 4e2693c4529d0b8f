using System.Globalization;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>The tasks that a run asks its model while it trains.</summary>
/// <param name="Forms">Each task in each of its forms; empty where the run evaluates none.</param>
/// <param name="Cost">Of one evaluation.</param>
public sealed record RunTasks(IReadOnlyList<(TaskData Data, TaskForm Form)> Forms, EvaluationCost Cost)
{
    private const string Section = "evaluation";

    public static RunTasks None { get; } = new([], new EvaluationCost(0, null));

    /// <summary>Reads the sets and counts what they cost.</summary>
    /// <exception cref="ConfigurationException">Something is wrong with them, or they cost too much.</exception>
    public static RunTasks Open(RunOptions options, RunData data)
    {
        var wanted = options.Evaluation;
        if (wanted.Tasks.Count == 0)
            return None;
        var selection = new TaskSelection
        {
            Tasks = wanted.Tasks,
            Folder = wanted.Data,
            Flavour = wanted.Flavour,
            Limit = wanted.Items,
            Places = ($"{Section}.tasks", $"{Section}.data", $"{Section}.flavour"),
        };
        (TaskData Data, TaskForm Form)[] forms =
        [
            .. selection.Load().SelectMany(one => selection.FormsOf(one.Task).Select(form => (one, form))),
        ];
        var problems = new ProblemCollector();
        foreach (var task in forms.Where(form => form.Form.RunsCode).Select(form => form.Data.Task.Name).Distinct())
        {
            problems.Add(
                $"{Section}.tasks", "tasks that run no programs", $"`{task}`",
                $"leave it out, and evaluate checkpoints with `minicpm eval RUN --tasks {task}`");
        }
        problems.ThrowIfAny();
        using var tokenizer = Tokenizer.Load(data.TokenizerPath);
        var window = options.Data.SequenceLength;
        var positions = forms.Sum(form => Positions(form.Data, form.Form, tokenizer, window));
        var cost = new EvaluationCost(positions, Every(options));
        RequireBounded(cost, wanted);
        return new RunTasks(forms, cost);
    }

    private static void RequireBounded(EvaluationCost cost, EvaluationOptions wanted)
    {
        var problems = new ProblemCollector();
        var most = wanted.MostShare.ToString("P1", CultureInfo.InvariantCulture);
        problems.Require(
            cost.Share is not { } share || share <= wanted.MostShare, Section,
            $"evaluations that add at most {most} to the computation, as most_share says",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{cost.Share:P1}: {cost.Positions} positions after every {cost.Every} tokens"),
            $"evaluate every {cost.TokensFor(wanted.MostShare)} tokens or less often, ask fewer `items`, or raise "
                + "most_share");
        problems.ThrowIfAny();
    }

    private static long? Every(RunOptions options)
    {
        var total = options.InitialSchedule().EndAfter(0)?.Tokens;
        var every = options.Evaluation.Every?.InTokens(options.Schedule.TokenBatch);
        return every is { } length && total is { } end ? Math.Min(length, end) : every ?? total;
    }

    /// <summary>Positions that go through the model for a task, at most.</summary>
    private static long Positions(TaskData data, TaskForm form, Tokenizer tokenizer, int window)
    {
        var questions = new ItemRequests(data, form);
        var (before, shots, positions) = ((string?)null, Array.Empty<int>(), 0L);
        foreach (var request in data.Items.Where(item => item.IsWhole).Select(questions.Of))
        {
            if (form.Mode == ScoringMode.Generation)
            {
                positions += Math.Min(
                    window, OptionIds.Encode(tokenizer, request.Before + request.Prompt).Length + form.Tokens);
                continue;
            }
            if (request.Before != before)
            {
                before = request.Before;
                shots = before.Length == 0 ? [] : [.. OptionIds.Encode(tokenizer, before).Take(window)];
                positions += shots.Length;
            }
            var (prompt, whole) = OptionIds.Of(tokenizer, request);
            positions += SharedTokens.Of(shots, prompt, whole, window).Rows;
        }
        return positions;
    }
}
