using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.History;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Runs;

/// <summary>What is seen of runs of which something is damaged.</summary>
public sealed class RunSurveyTests(TinyData data)
{
    [Fact]
    public void A_damaged_journal_line_hides_neither_its_run_nor_the_others()
    {
        var (runs, damaged, whole) = TwoRuns();
        var lines = File.ReadAllLines(damaged.JournalPath);
        lines[1] = "{" + lines[1];
        File.WriteAllLines(damaged.JournalPath, lines);
        var problems = new ProblemCollector();

        var found = RunSurvey.Of(runs, problems).ToDictionary(run => run.Name);

        Assert.Equal($"{damaged.JournalPath}, line 2", Assert.Single(problems.Problems).Where);
        Assert.True(found["damaged"].IsDamaged);
        Assert.False(found["whole"].IsDamaged);
        Assert.Equal((found["whole"].Step, RunState.Finished), (found["damaged"].Step, found["damaged"].State));
        Assert.Equal(found["whole"].Loss, found["damaged"].Loss);
    }

    [Fact]
    public void A_run_whose_configuration_is_cut_off_is_shown_by_its_folder_and_metrics()
    {
        var (runs, damaged, _) = TwoRuns();
        var text = File.ReadAllText(damaged.ConfigurationPath);
        File.WriteAllText(damaged.ConfigurationPath, text[..(text.IndexOf("layers", StringComparison.Ordinal) + 3)]);
        var problems = new ProblemCollector();

        var found = RunSurvey.Of(runs, problems).ToDictionary(run => run.Name);

        Assert.NotEmpty(problems.Problems);
        Assert.All(
            problems.Problems,
            problem => Assert.StartsWith(damaged.ConfigurationPath, problem.Where, StringComparison.Ordinal));
        Assert.True(found["damaged"].IsDamaged);
        Assert.Equal(found["whole"].Step, found["damaged"].Step);
    }

    [Fact]
    public void A_pipe_in_the_place_of_a_neighbours_files_keeps_nobody_waiting()
    {
        var (runs, damaged, whole) = TwoRuns();
        foreach (var path in (string[])[damaged.MetricsPath, damaged.JournalPath, damaged.ConfigurationPath])
        {
            File.Delete(path);
            System.Diagnostics.Process.Start("mkfifo", path).WaitForExit();
        }
        var problems = new ProblemCollector();

        var found = RunSurvey.Of(runs, problems).ToDictionary(run => run.Name);

        Assert.Equal(3, problems.Problems.Count);
        Assert.All(problems.Problems, problem => Assert.Equal("a named pipe", problem.Found));
        Assert.False(found["whole"].IsDamaged);
        // The page of a training that goes on beside it looks the same way.
        Assert.Equal(["whole"], new FamilyHistories(whole).Read().Select(run => run.Name));
    }

    private (string Runs, RunFolder Damaged, RunFolder Whole) TwoRuns()
    {
        var run = TinyRun.Create(data);
        run.Train();
        var runs = Directory.CreateDirectory(Path.Combine(data.Folder, Path.GetRandomFileName())).FullName;
        return (runs, Copy("damaged"), Copy("whole"));

        RunFolder Copy(string name)
        {
            var folder = new RunFolder(Path.Combine(runs, name));
            Directory.CreateDirectory(folder.Path);
            File.WriteAllText(folder.ConfigurationPath, RunFile.Write(run.Options with { Name = name }));
            File.Copy(run.Folder.JournalPath, folder.JournalPath);
            File.Copy(run.Folder.MetricsPath, folder.MetricsPath);
            return folder;
        }
    }
}
