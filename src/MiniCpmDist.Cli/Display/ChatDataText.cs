using System.Globalization;
using MiniCpmDist.Data.Chat;

namespace MiniCpmDist.Cli.Display;

/// <summary>What has become of the samples of chat data, in sentences.</summary>
internal static class ChatDataText
{
    public static IEnumerable<string> Lines(ChatDataReport report, ChatDataOptions options)
    {
        var what = options.IsPreferences ? "pairs" : "conversations";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Packed} of {report.Samples} {what} in sequences of {options.SequenceLength} tokens, written with "
            + $"the template {options.Template.Name}; {report.LossTokens} tokens bear loss; "
            + $"{100 * report.Efficiency:0.0} % of all positions are used");
        if (report.TooLong > 0)
            yield return Line($"dropped because too long for a sequence: {report.TooLong}");
        if (report.EqualAnswers > 0)
            yield return Line($"dropped because both answers are the same: {report.EqualAnswers}");
        if (report.OtherPrompt > 0)
            yield return Line($"dropped because the prompt has other ids before the two answers: {report.OtherPrompt}");
        if (report.Quoted > 0)
            yield return Line($"marks of the template in messages, broken by a space: {report.Quoted} {what}");
        if (report.ScoredEnds < report.Answers)
            yield return Line($"ends of answers that are not scored: {report.Answers - report.ScoredEnds}");
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
