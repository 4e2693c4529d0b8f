using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Engine.Evaluation;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>Evaluates runs on tasks, one model after the other.</summary>
internal sealed class TaskRuns(TaskRequest request, ICommunicator communicator)
{
    /// <summary>The results of all runs that could be evaluated.</summary>
    /// <param name="folders">Of the runs.</param>
    /// <param name="at">Which checkpoint.</param>
    /// <param name="problems">Takes what is wrong with single runs.</param>
    /// <param name="told">Called for each result as soon as it is there, on rank 0.</param>
    public IReadOnlyList<TaskResult> EvaluateCollective(
        IReadOnlyList<string> folders, string at, ProblemCollector problems, Action<TaskResult> told)
    {
        var data = request.Selection.Load();
        var unused = new ProblemCollector();
        unused.Require(
            request.Options.Sampling.IsGreedy || data.SelectMany(one => request.Selection.FormsOf(one.Task))
                .Any(form => form.Mode == ScoringMode.Generation),
            "--temperature", "a task whose answers are generated", "likelihood only",
            "leave it out, or name other tasks or another --flavour");
        unused.ThrowIfAny();
        if (request.Details is { } path && communicator.Rank == 0)
            File.WriteAllText(path, "");
        var options = request.Options with { Runner = request.Runner(data) };
        var results = new List<TaskResult>();
        foreach (var folder in folders)
        {
            // A rank that alone sees a problem must not leave the others waiting.
            if (communicator.WorldSize > 1)
                Evaluate(folder);
            else
                problems.Try(() => Evaluate(folder));
        }
        return results;

        bool Evaluate(string folder)
        {
            using var model = TrainedModel.LoadCollective(folder, at, communicator);
            PassedOverText.Tell(model.PassedOver, model.Step);
            foreach (var one in data)
            {
                foreach (var result in ResultsCollective(model, one, options))
                {
                    results.Add(result);
                    if (communicator.Rank == 0)
                        told(result);
                }
            }
            return true;
        }
    }

    private IEnumerable<TaskResult> ResultsCollective(TrainedModel model, TaskData data, TaskEvaluationOptions options)
    {
        foreach (var form in request.Selection.FormsOf(data.Task))
        {
            var display = new WorkDisplay(new Screen(
                Console.Error, !Console.IsErrorRedirected && communicator.WorldSize == 1, Columns));
            var evaluation = new TaskEvaluation(model, data, form, options with
            {
                Progress = communicator.Rank > 0 ? null : (name, done, total) => display.Show(
                    () => $"{model.Folder.Name} {name}: {done} of {total} items"
                        + (communicator.WorldSize > 1 ? " of rank 0" : "") + $" | {display.Eta(done, total)}"),
            });
            var scores = evaluation.ScoresCollective(communicator);
            if (request.Details is { } path && communicator.Rank == 0)
                File.AppendAllLines(path, evaluation.Details(scores));
            yield return new TaskResult(
                model.Folder.Name, model.Step, model.Hash, data, form,
                FormScores.Of(form, data.Items, scores, options.Sampling.Samples),
                data.Items.Count(item => item.IsWhole && scores[item.Id].IsCut), evaluation.Work, evaluation.Known,
                form.Mode == ScoringMode.Generation ? options.Sampling : AnswerSampling.Greedy);
        }
    }

    private const int Columns = 100;
}
