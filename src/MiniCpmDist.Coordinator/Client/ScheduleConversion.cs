using Google.Protobuf.Collections;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>A live schedule as the record that the program uses and as the message that travels.</summary>
internal static class ScheduleConversion
{
    private static readonly (ScheduleShape Value, V1.ScheduleShape Message)[] s_shapes =
        [(ScheduleShape.Wsd, V1.ScheduleShape.Wsd), (ScheduleShape.Cosine, V1.ScheduleShape.Cosine)];

    private static readonly (DecayShape Value, V1.DecayShape Message)[] s_decayShapes =
    [
        (DecayShape.Exponential, V1.DecayShape.Exponential),
        (DecayShape.Linear, V1.DecayShape.Linear),
        (DecayShape.OneMinusSqrt, V1.DecayShape.OneMinusSqrt),
        (DecayShape.Cosine, V1.DecayShape.Cosine),
        (DecayShape.Inverse, V1.DecayShape.Inverse),
    ];

    private static readonly (LearningRateRule Value, V1.LearningRateRule Message)[] s_rules =
    [
        (LearningRateRule.None, V1.LearningRateRule.None),
        (LearningRateRule.Sqrt, V1.LearningRateRule.Sqrt),
        (LearningRateRule.Linear, V1.LearningRateRule.Linear),
    ];

    public static V1.Schedule ToMessage(LiveSchedule schedule)
    {
        var options = schedule.Options;
        var message = new V1.Schedule
        {
            Shape = Words.Message(s_shapes, options.Shape),
            LearningRate = options.LearningRate,
            WarmupTokens = options.Warmup,
            StableTokens = options.Stable,
            StableIsOpen = options.StableIsOpen,
            DecayTokens = options.Decay,
            DecayShape = ToMessage(options.DecayShape),
            FinalRatio = options.FinalRatio,
            TokenBatch = options.TokenBatch,
            BatchUnit = schedule.BatchUnit,
            OpenDecay = LengthConversion.ToMessage(options.OpenDecay),
            BatchLaw = BatchConversion.ToMessage(options.Batches.Law),
        };
        if (options.HalfLife is { } halfLife)
            message.HalfLifeTokens = halfLife;
        message.BatchStages.AddRange(options.Batches.Stages.Select(BatchConversion.ToMessage));
        message.StableShares.AddRange(ToMessages(schedule.Stable));
        message.DecayShares.AddRange(ToMessages(schedule.Decay));
        return message;
    }

    /// <exception cref="FormatException">A word is one that this version does not know.</exception>
    public static LiveSchedule ToRecord(V1.Schedule message) => new(
        new ScheduleOptions
        {
            Shape = Words.Value(s_shapes, message.Shape),
            LearningRate = message.LearningRate,
            Warmup = message.WarmupTokens,
            Stable = message.StableTokens,
            StableIsOpen = message.StableIsOpen,
            Decay = message.DecayTokens,
            DecayShape = ToRecord(message.DecayShape),
            HalfLife = message.HasHalfLifeTokens ? message.HalfLifeTokens : null,
            FinalRatio = message.FinalRatio,
            TokenBatch = message.TokenBatch,
            OpenDecay = LengthConversion.ToRecord(message.OpenDecay),
            Batches = new BatchPlan
            {
                Stages = [.. message.BatchStages.Select(BatchConversion.ToRecord)],
                Law = BatchConversion.ToRecord(message.BatchLaw),
            },
        },
        message.BatchUnit,
        ToRecords(message.StableShares),
        ToRecords(message.DecayShares));

    public static V1.DecayShape ToMessage(DecayShape shape) => Words.Message(s_decayShapes, shape);

    public static DecayShape ToRecord(V1.DecayShape shape) => Words.Value(s_decayShapes, shape);

    public static V1.LearningRateRule ToMessage(LearningRateRule rule) => Words.Message(s_rules, rule);

    public static LearningRateRule ToRecord(V1.LearningRateRule rule) => Words.Value(s_rules, rule);

    public static IEnumerable<V1.SourceShare> ToMessages(IReadOnlyList<SourceShare> shares) =>
        shares.Select(share => new V1.SourceShare { Source = share.Source, Weight = share.Weight });

    public static IReadOnlyList<SourceShare> ToRecords(RepeatedField<V1.SourceShare> shares) =>
        [.. shares.Select(share => new SourceShare(share.Source, share.Weight))];
}
