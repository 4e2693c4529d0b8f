using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Tests.Checkpoints;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Evaluation;

/// <summary>Against PyTorch in float64, which computes each option by itself, and Python's own lengths of texts.
/// </summary>
public sealed class TaskScoresTests(TinyCheckpoint checkpoint) : IClassFixture<TinyCheckpoint>
{
    private const string Python = "/usr/bin/python3";
    private const int Window = 240;

    [Fact]
    public void The_reference_in_float64_gives_the_same_scores_and_chooses_the_same_options()
    {
        Assert.SkipUnless(
            File.Exists(Python) && Run("-c", "import numpy, torch").ExitCode == 0,
            $"{Python} with torch and numpy is not there: apt-get install python3-torch python3-numpy");
        ComputeThreads.Set(1);
        using var folder = new TemporaryFolder();
        using var model = TrainedModel.LoadCollective(
            checkpoint.RunPath, CheckpointChoice.Latest, new LoopbackCommunicator());
        var (details, right) = (new List<string>(), EvaluationWords.Rules.ToDictionary(
            rule => rule.Word, _ => new List<(int Option, double Right)>()));
        foreach (var name in (string[])["mmlu", "cmmlu", "arc-easy", "hellaswag"])
        {
            var data = Load(name);
            foreach (var form in data.Task.Forms.Where(form => form.Mode == ScoringMode.Likelihood))
            {
                var evaluation = new TaskEvaluation(
                    model, data, form, new TaskEvaluationOptions { Scores = folder.Root, Window = Window });
                var scores = evaluation.ScoresCollective(new LoopbackCommunicator());
                details.AddRange(evaluation.Details(scores));
                foreach (var line in FormScores.Of(form, data.Items, scores))
                    right[line.Rule].AddRange(data.Items.Select((item, i) => (item.Right, line.Right[i])));
            }
        }

        var check = Run(
            Path.Combine(Golden, "task_scores.py"), checkpoint.Copy().Path, "--window", $"{Window}", "--details",
            folder.Write("details.jsonl", string.Join('\n', details)));

        Assert.True(check.ExitCode == 0, check.Errors);
        var theirs = JsonDocument.Parse(check.Output).RootElement;
        Assert.Equal(details.Count, theirs.GetProperty("items").GetInt32());
        Assert.InRange(theirs.GetProperty("largest_relative_error").GetDouble(), 0, 5e-6);
        foreach (var (rule, ours) in right)
        {
            var picks = theirs.GetProperty("picks").GetProperty(rule).EnumerateArray();
            Assert.Equal(picks.Zip(ours, (pick, item) => pick.GetInt32() == item.Option ? 1.0 : 0.0),
                ours.Select(item => item.Right));
        }
    }

    private static TaskData Load(string name)
    {
        var problems = new ProblemCollector();
        var data = TaskData.Load(
            TaskFile.Read(BuiltInTasks.Text(name), name), Sets, problems, problems, int.MaxValue);
        problems.ThrowIfAny();
        return data;
    }

    private static string Golden => Metadata("GoldenFolder");

    private static string Sets => Path.Combine(Metadata("RepositoryRoot"), "launch", "examples", "evaluation-sets");

    private static string Metadata(string key) => typeof(TaskScoresTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;

    private static (int ExitCode, string Output, string Errors) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
