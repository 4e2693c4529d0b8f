using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>What a run has done, as the record that the program uses and as the message that travels.</summary>
public static class HistoryConversion
{
    public static V1.HistoryNews ToMessage(HistoryNews news)
    {
        ArgumentNullException.ThrowIfNull(news);
        var message = new V1.HistoryNews
        {
            IsWhole = news.IsWhole,
            Newest = news.Newest is { } newest ? ToMessage(newest) : null,
        };
        message.Points.AddRange(news.Points.Select(ToMessage));
        message.HeldOut.AddRange(news.HeldOut.Select(point => new V1.HeldOutPoint
        {
            Step = point.Step,
            Tokens = point.Tokens,
            Loss = point.Loss,
        }));
        message.Measures.AddRange(news.Measures.Select(measure => new V1.Measure
        {
            Name = measure.Name,
            Value = measure.Value,
        }));
        message.Events.AddRange(news.Events.Select(happened => new V1.RunEvent
        {
            Kind = happened.Kind,
            Step = happened.Step,
            Tokens = happened.Tokens,
            Text = happened.Text,
        }));
        return message;
    }

    /// <summary>Without a cursor, which is the sender's.</summary>
    /// <exception cref="FormatException">A word is one that this version does not know.</exception>
    public static HistoryNews ToRecord(V1.HistoryNews message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new HistoryNews(
            message.IsWhole,
            [.. message.Points.Select(ToRecord)],
            [.. message.HeldOut.Select(point => new HeldOutPoint(point.Step, point.Tokens, point.Loss))],
            [
                .. message.Events.Select((happened, index) => new HistoryEvent(
                    index + 1, happened.Kind, happened.Step, happened.Tokens, happened.Text)),
            ],
            message.Newest is { } newest ? ToRecord(newest) : null,
            HistoryCursor.None)
        {
            // The empty list is one object, so that news without measures are equal.
            Measures = message.Measures.Count == 0
                ? []
                : [.. message.Measures.Select(measure => new Measure(measure.Name, measure.Value))],
        };
    }

    private static V1.HistoryPoint ToMessage(HistoryPoint point) => new()
    {
        Step = point.Step,
        Tokens = point.Tokens,
        Loss = point.Loss,
        LearningRate = point.LearningRate,
        TokenBatch = point.TokenBatch,
        TokensPerSecond = point.TokensPerSecond,
        Phase = RunStatusConversion.ToMessage(point.Phase),
        Steps = point.Steps,
    };

    private static HistoryPoint ToRecord(V1.HistoryPoint point) => new(
        point.Step, point.Tokens, point.Loss, point.LearningRate, point.TokenBatch, point.TokensPerSecond,
        RunStatusConversion.ToRecord(point.Phase), point.Steps);
}
