using System.Diagnostics.CodeAnalysis;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>What changes a token batch by itself, as the records that the program uses and as messages.</summary>
internal static class BatchConversion
{
    public static V1.BatchStage ToMessage(BatchStage stage) => new()
    {
        FromTokens = stage.From,
        TokenBatch = stage.TokenBatch,
        LearningRateRule = ScheduleConversion.ToMessage(stage.Rule),
    };

    public static BatchStage ToRecord(V1.BatchStage message) =>
        new(message.FromTokens, message.TokenBatch, ScheduleConversion.ToRecord(message.LearningRateRule));

    [return: NotNullIfNotNull(nameof(law))]
    public static V1.BatchLaw? ToMessage(BatchLaw? law)
    {
        if (law is null)
            return null;
        var message = new V1.BatchLaw
        {
            Scale = law.Scale,
            Exponent = law.Exponent,
            SmoothingTokens = law.Smoothing,
            Hysteresis = law.Hysteresis,
            MinTokens = law.Min,
            MaxTokens = law.Max,
            LearningRateRule = ScheduleConversion.ToMessage(law.Rule),
        };
        if (law.Source is { } source)
            message.Source = source;
        return message;
    }

    public static BatchLaw? ToRecord(V1.BatchLaw? message) => message is null ? null : new BatchLaw
    {
        Scale = message.Scale,
        Exponent = message.Exponent,
        Smoothing = message.SmoothingTokens,
        Hysteresis = message.Hysteresis,
        Min = message.MinTokens,
        Max = message.MaxTokens,
        Rule = ScheduleConversion.ToRecord(message.LearningRateRule),
        Source = message.HasSource ? message.Source : null,
    };
}
