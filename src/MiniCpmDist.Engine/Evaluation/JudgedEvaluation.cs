using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Runs.Evaluation;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Asks a model questions of several turns and has a judge rate each answer. The next turn is asked with the answers so
/// far.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="template">How its conversations are written.</param>
/// <param name="judge">Who rates.</param>
/// <param name="generation">How answers are picked.</param>
public sealed class JudgedEvaluation(
    TrainedModel model, ChatTemplate template, IJudge judge, GenerationOptions generation)
{
    /// <summary>The answers with their verdicts, in the order of the questions.</summary>
    /// <param name="questions">All of them.</param>
    /// <param name="scores">Where verdicts are kept; null: in the run's folder.</param>
    /// <param name="progress">Told how many questions are done.</param>
    public IReadOnlyList<JudgedTurn> Evaluate(
        IReadOnlyList<JudgedQuestion> questions, string? scores, Action<int>? progress = null)
    {
        using var log = new JudgedLog(scores ?? Path.Combine(model.Folder.Path, "evaluation"), LogName(questions));
        var turns = new List<JudgedTurn>();
        foreach (var (done, question) in questions.Index())
        {
            turns.AddRange(Answer(question, log));
            progress?.Invoke(done + 1);
        }
        return turns;
    }

    private List<JudgedTurn> Answer(JudgedQuestion question, JudgedLog log)
    {
        var (conversation, turns) = (new Conversation([]), new List<JudgedTurn>());
        for (var turn = 1; turn <= question.Turns.Count; turn++)
        {
            conversation = conversation.With(ChatRole.User, question.Turns[turn - 1]);
            if (log.Find(question.Id, turn) is not { } judged)
            {
                var answer = string.Concat(model.Answer(
                    template, conversation, generation with { Stream = JudgedTurn.KeyOf(question.Id, turn) }));
                judged = new JudgedTurn(question.Id, turn, answer, judge.Judge(
                    new JudgeRequest(question, [.. turns.Select(one => one.Answer), answer])));
                log.Add(judged);
            }
            turns.Add(judged);
            conversation = conversation.With(ChatRole.Assistant, judged.Answer);
        }
        return turns;
    }

    /// <summary>Another model, template, judge, way to pick answers, or set of questions has a file of its own.
    /// </summary>
    private string LogName(IEnumerable<JudgedQuestion> questions)
    {
        string[] parts =
        [
            model.Hash, template.ToString(), judge.Identity,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{generation.MaxTokens} {generation.Sampling} {generation.Seed} {model.Window}"),
            .. questions.SelectMany(question => (string[])[question.Id, .. question.Turns, .. question.References]),
        ];
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u241f', parts))));
        return $"judged.{hash[..16]}";
    }
}
