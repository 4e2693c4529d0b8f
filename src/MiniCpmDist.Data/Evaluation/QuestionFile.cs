using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Evaluation;

/// <summary>Reads questions whose answers a judge rates.</summary>
public static class QuestionFile
{
    /// <summary>The questions in the order of the file.</summary>
    /// <exception cref="ConfigurationException">Something in it is wrong; all of it is told.</exception>
    public static IReadOnlyList<JudgedQuestion> Read(string path)
    {
        var problems = new ProblemCollector();
        var places = new Dictionary<string, string>();
        var questions = new List<JudgedQuestion>();
        foreach (var (item, place) in SetFile.Read(path, null, problems))
        {
            if (JudgedQuestion.Read(item, place, problems) is not { } question)
                continue;
            questions.Add(question);
            problems.Require(
                places.TryAdd(question.Id, place), place, "a question_id that no other question has",
                $"`{question.Id}` again", $"rename it; the other one is in {places[question.Id]}");
        }
        problems.Require(
            questions.Count > 0 || problems.Any, path, "at least one question", "none",
            "write a line such as {\"question_id\": 1, \"turns\": [\"Why is the sky blue?\"]}");
        problems.ThrowIfAny();
        return questions;
    }
}
