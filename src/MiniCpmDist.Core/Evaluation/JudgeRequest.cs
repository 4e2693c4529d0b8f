using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>What a judge is asked: to rate the last answer of a conversation.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answers">The answers so far, one for each turn that was asked; the last one is rated.</param>
public sealed record JudgeRequest(JudgedQuestion Question, IReadOnlyList<string> Answers)
{
    /// <summary>Which turn is rated, from 1.</summary>
    public int Turn => Answers.Count;

    /// <summary>The request as a JSON object in one line, for a judge that is a program.</summary>
    public string Json() => Values.Json.Line(writer =>
    {
        writer.WriteString("question_id", Question.Id);
        writer.WriteString("category", Question.Category);
        writer.WriteNumber("turn", Turn);
        writer.WriteStartArray("turns");
        foreach (var text in Question.Turns.Take(Turn))
            writer.WriteStringValue(text);
        writer.WriteEndArray();
        writer.WriteStartArray("answers");
        foreach (var answer in Answers)
            writer.WriteStringValue(answer);
        writer.WriteEndArray();
        if (Question.References.Count > 0)
            writer.WriteString("reference", Question.References[Turn - 1]);
    });

    /// <summary>The request as a text, for a judge that is a model. It ends with what the verdict looks like.</summary>
    public string Text()
    {
        var conversation = string.Concat(Question.Turns.Take(Turn).Zip(
            Answers, (asked, answer) => $"### User\n{asked}\n\n### Assistant\n{answer}\n\n"));
        var reference = Question.References.Count > 0
            ? $"### A correct answer to the last question, for comparison\n{Question.References[Turn - 1]}\n\n"
            : "";
        return "Rate how well the assistant answers the user's last question in the conversation below. Look for "
            + "answers that are correct, relevant, complete and clear, and do not reward length. Say in a few "
            + $"sentences what is good and what is wrong, then give a whole number from {JudgeVerdict.Least} (useless) "
            + $"to {JudgeVerdict.Most} (perfect) between double square brackets, such as [[5]].\n\n"
            + conversation + reference + "### Your verdict\n";
    }
}
