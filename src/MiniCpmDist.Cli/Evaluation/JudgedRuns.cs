using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Runs.Evaluation;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>Answers to questions of several turns, rated by a judge.</summary>
/// <param name="file">The questions.</param>
/// <param name="named">Who rates, as the user has named it.</param>
/// <param name="at">Which checkpoint.</param>
internal sealed class JudgedRuns(string file, string named, string at)
{
    private const int Columns = 100;

    /// <summary>How questions are written; null: as each run's own template says.</summary>
    public ChatTemplate? Template { get; init; }

    /// <summary>How they are written where a run has no template of its own.</summary>
    public required ChatTemplate Standard { get; init; }

    public required GenerationOptions Generation { get; init; }

    /// <summary>Where verdicts are kept; null: in the folder of each run.</summary>
    public string? Scores { get; init; }

    /// <summary>Evaluates runs and prints a table for each, or a line of JSON for each score.</summary>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is told.</exception>
    public void Evaluate(IReadOnlyList<string> folders, bool asJson, ProblemCollector problems)
    {
        var questions = QuestionFile.Read(file);
        using var judge = OpenJudge();
        foreach (var folder in folders)
            problems.Try(() => Evaluate(folder, questions, judge.Judge, asJson));
    }

    private bool Evaluate(string folder, IReadOnlyList<JudgedQuestion> questions, IJudge judge, bool asJson)
    {
        using var model = TrainedModel.LoadCollective(folder, at, new LoopbackCommunicator());
        PassedOverText.Tell(model.PassedOver, model.Step);
        var display = new WorkDisplay(new Screen(Console.Error, !Console.IsErrorRedirected, Columns));
        // Beyond its window a model would compute all positions anew for each token.
        var generation = Generation with { MaxTokens = Math.Min(Generation.MaxTokens, model.Window) };
        var evaluation = new JudgedEvaluation(model, TemplateOf(model), judge, generation);
        var turns = evaluation.Evaluate(questions, Scores, done => display.Show(
            () => $"{model.Folder.Name}: {done} of {questions.Count} questions"
                + $" | {display.Eta(done, questions.Count)}"));
        foreach (var score in JudgedScore.Of(questions, turns))
            Console.WriteLine(asJson ? Json(model, judge, score) : Line(model, score));
        RequireRatings(model, turns);
        return true;
    }

    /// <summary>A judge that rates nothing has not understood what is asked of it.</summary>
    private static void RequireRatings(TrainedModel model, IReadOnlyList<JudgedTurn> turns)
    {
        var problems = new ProblemCollector();
        problems.Require(
            turns.Any(turn => turn.Rating is not null), $"--judge, {model.Folder.Name}",
            $"verdicts with a number from {JudgeVerdict.Least} to {JudgeVerdict.Most} in double square brackets, "
                + "such as [[7]]",
            $"none in {turns.Count}, such as `{turns[0].Verdict.Trim().ReplaceLineEndings(" ")}`",
            "correct the judge; another program or model asks again");
        problems.ThrowIfAny();
    }

    private ChatTemplate TemplateOf(TrainedModel model) => Template ?? model.Template ?? Standard;

    private OpenedJudge OpenJudge()
    {
        if (Directory.Exists(named))
        {
            var model = TrainedModel.LoadCollective(named, CheckpointChoice.Latest, new LoopbackCommunicator());
            return new OpenedJudge(new ModelJudge(model, model.Template ?? Standard), model);
        }
        var problems = new ProblemCollector();
        problems.Require(
            File.Exists(named), "--judge", "a program, or the folder of a model", $"`{named}`, which is not there",
            "for example --judge ./judge.py");
        problems.ThrowIfAny();
        return new OpenedJudge(JudgeProgram.Open(named), null);
    }

    private static string Line(TrainedModel model, JudgedScore score) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Folder.Name}\tstep {model.Step}\t{score.Name,-12}\t{Number(score.Rating.Mean)} ± "
        + $"{Number(score.Rating.Error)} of {JudgeVerdict.Most}\t{score.Rating.Count} questions")
        + (score.Unrated == 0 ? "" : $"\t{score.Unrated} answers WITHOUT A RATING");

    private static string Number(double value) =>
        double.IsNaN(value) ? "-" : value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Json(TrainedModel model, IJudge judge, JudgedScore score) => JsonLine.Of(new
    {
        Run = model.Folder.Name,
        model.Step,
        Model = model.Hash,
        Judge = judge.Identity,
        score.Name,
        Rating = score.Rating.Mean,
        score.Rating.Error,
        Questions = score.Rating.Count,
        score.Unrated,
    });

    private sealed record OpenedJudge(IJudge Judge, TrainedModel? Model) : IDisposable
    {
        public void Dispose() => Model?.Dispose();
    }
}
