using System.Reflection;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>A run that asks its model tasks while it trains.</summary>
public sealed class TaskWatchingTests : IClassFixture<TinyData>, IDisposable
{
    private const string Task = """
        task: words
        about: Which word follows.
        items: words.jsonl
        fields: {question: question, answer: label}
        options: choices
        answer_is: index
        forms:
          - flavour: mine
            mode: likelihood
            prompt: "{{question}}"
            option: " {{option}}"
            rule: characters
          - flavour: mine
            mode: generation
            prompt: "{{question}}"
            target: "{{answer}}"
            metrics: prefix
            tokens: 4
        """;

    private readonly TinyData _data;
    private readonly TemporaryFolder _folder = new();

    public TaskWatchingTests(TinyData data)
    {
        _data = data;
        File.WriteAllText(TaskPath, Task);
        string[] words = ["the", "of", "License", "work", "or", "any"];
        File.WriteAllLines(Path.Combine(_folder.Root, "words.jsonl"), Enumerable.Range(0, 12).Select(i =>
            $$"""{"label": {{i % 3}}, "question": "{{words[i % 6]}} {{words[i / 2]}}", """
            + "\"choices\": [\"the\", \"Work\", \"such\"]}"));
    }

    [Fact]
    public void Tasks_asked_while_training_change_no_bit_of_the_run()
    {
        var plain = TinyRun.Create(_data);
        var asked = TinyRun.Create(_data, Asked);
        plain.Train();
        asked.Train();

        Assert.Equal(Losses(plain), Losses(asked));
        Assert.Equal(Weights(plain), Weights(asked));
        Assert.False(File.Exists(plain.Folder.ScoresPath));
        Assert.Equal([2, 4, 6], Scores(asked).Select(report => report.Step));
        Assert.All(Scores(asked), report => Assert.Equal(5, report.Scores.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_last_scores_are_those_that_eval_gives_the_last_checkpoint(int worldSize)
    {
        var run = TinyRun.Create(_data, Asked);
        run.Train(worldSize);
        using var model = TrainedModel.LoadCollective(
            run.Folder.Path, CheckpointChoice.Latest, new LoopbackCommunicator());
        var data = Selection().Load().Single();
        var later = data.Task.Forms.SelectMany(form => FormScores.Of(
            form, data.Items,
            new TaskEvaluation(model, data, form, new TaskEvaluationOptions())
                .ScoresCollective(new LoopbackCommunicator())));

        Assert.Equal(later.Select(line => (line.Rule, line.Score.Mean, line.Score.Error)),
            Scores(run)[^1].Scores.Select(score => (score.Rule, score.Score, score.Error)));
    }

    [Fact]
    public void Log_probabilities_of_the_training_model_are_those_of_its_checkpoint_to_the_last_bit()
    {
        var run = TinyRun.Create(_data, Asked);
        run.Train();
        using var session = Engine.Training.TrainingSession.Open(run.Options, new LoopbackCommunicator());
        Engine.Checkpoints.CheckpointLoader.LoadModel(run.Folder.NewestCheckpoint!, session.Parameters);
        using var model = TrainedModel.LoadCollective(
            run.Folder.Path, CheckpointChoice.Latest, new LoopbackCommunicator());
        var data = Selection().Load().Single();

        Assert.Equal(Sums(model), Sums(session.Tasks));

        double[][] Sums(IAskedModel asked) =>
        [
            .. new ItemQuestions(asked, data, data.Task.Forms[0], new TaskEvaluationOptions()).Score([.. data.Items])
                .Select(score => score.Sums.ToArray()),
        ];
    }

    [Fact]
    public void Evaluations_that_cost_more_than_they_may_are_refused_with_what_would_fit()
    {
        var run = TinyRun.Create(_data, options => Asked(options) with
        {
            Evaluation = Asked(options).Evaluation with { MostShare = 0.01 },
        });

        var refused = Assert.Throws<ConfigurationException>(() => run.Train());

        var problem = Assert.Single(refused.Problems);
        Assert.Equal("evaluation", problem.Where);
        Assert.Contains("every 192 tokens", problem.Found, StringComparison.Ordinal);
        Assert.Contains("or less often", problem.Fix, StringComparison.Ordinal);
        Assert.False(File.Exists(run.Folder.JournalPath));
    }

    [Fact]
    public void A_task_that_runs_programs_is_left_to_eval()
    {
        var run = TinyRun.Create(_data, options => options with
        {
            Evaluation = new EvaluationOptions { Tasks = ["humaneval"], Data = Sets },
        });

        var refused = Assert.Throws<ConfigurationException>(() => run.Train());

        Assert.Contains("minicpm eval RUN --tasks humaneval", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Sets => Path.Combine(Root, "launch", "examples", "evaluation-sets");

    private static string Root => typeof(TaskWatchingTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "RepositoryRoot").Value!;

    private string TaskPath => Path.Combine(_folder.Root, "words.yaml");

    private TaskSelection Selection() => new() { Tasks = [TaskPath], Folder = _folder.Root };

    private RunOptions Asked(RunOptions options) => options with
    {
        Evaluation = new EvaluationOptions
        {
            Tasks = [TaskPath],
            Data = _folder.Root,
            Every = Interval.OfSteps(2),
            MostShare = 1,
        },
    };

    private static IEnumerable<double> Losses(TinyRun run) => run.Steps().Select(step => step.Loss);

    private static byte[] Weights(TinyRun run) =>
        File.ReadAllBytes(Path.Combine(run.Folder.NewestCheckpoint!.Path, "model.safetensors"));

    private static TaskScoresReport[] Scores(TinyRun run) =>
        [.. File.ReadAllLines(run.Folder.ScoresPath).Select(TaskScoresLine.Parse)];
}
