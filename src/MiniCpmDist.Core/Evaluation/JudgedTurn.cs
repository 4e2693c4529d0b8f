using System.Globalization;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>An answer and what the judge has said of it; a line of a file.</summary>
/// <param name="Question">Id of the question.</param>
/// <param name="Turn">Which turn, from 1.</param>
/// <param name="Answer">What the model has answered.</param>
/// <param name="Verdict">What the judge has said.</param>
public sealed record JudgedTurn(string Question, int Turn, string Answer, string Verdict)
{
    /// <summary>From 1 to 10; null where the judge gave none.</summary>
    public double? Rating => JudgeVerdict.RatingOf(Verdict);

    public string Key => KeyOf(Question, Turn);

    public static string KeyOf(string question, int turn) =>
        string.Create(CultureInfo.InvariantCulture, $"{question}\u241f{turn}");

    public string Write() => Json.Line(writer =>
    {
        writer.WriteString("question_id", Question);
        writer.WriteNumber("turn", Turn);
        writer.WriteString("answer", Answer);
        writer.WriteString("verdict", Verdict);
        if (Rating is { } rating)
            writer.WriteNumber("rating", rating);
    });

    /// <exception cref="FormatException">It is no such line.</exception>
    public static JudgedTurn Read(string line) => Json.Read(line, "a line of judged answers", root => new JudgedTurn(
        root.Member("question_id").GetString()!,
        root.Member("turn").GetInt32(),
        root.Member("answer").GetString()!,
        root.Member("verdict").GetString()!));
}
