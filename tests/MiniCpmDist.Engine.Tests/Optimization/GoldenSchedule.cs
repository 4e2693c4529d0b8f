using System.Text.Json;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Engine.Tests.Optimization;

/// <summary>One schedule of <c>schedules.json</c>: its options, and the rates that Python computed from them.</summary>
public sealed class GoldenSchedule
{
    public GoldenSchedule(JsonElement facts)
    {
        Name = facts.GetProperty("name").GetString()!;
        Options = new ScheduleOptions
        {
            Shape = facts.GetProperty("shape").GetString() switch
            {
                "wsd" => ScheduleShape.Wsd,
                "cosine" => ScheduleShape.Cosine,
                var other => throw new InvalidDataException($"{Name} has the shape {other}"),
            },
            DecayShape = facts.GetProperty("decay_shape").GetString() switch
            {
                "exponential" => DecayShape.Exponential,
                "linear" => DecayShape.Linear,
                "1-sqrt" => DecayShape.OneMinusSqrt,
                "cosine" => DecayShape.Cosine,
                var other => throw new InvalidDataException($"{Name} has the decay shape {other}"),
            },
            LearningRate = facts.GetProperty("learning_rate").GetDouble(),
            Warmup = facts.GetProperty("warmup").GetInt64(),
            Stable = facts.GetProperty("stable").GetInt64(),
            Decay = facts.GetProperty("decay").GetInt64(),
            TokenBatch = facts.GetProperty("token_batch").GetInt64(),
            FinalRatio = facts.GetProperty("final_ratio").GetDouble(),
            HalfLife = facts.GetProperty("half_life") is { ValueKind: JsonValueKind.Number } tokens
                ? tokens.GetInt64()
                : null,
        };
        Schedule = LearningRateSchedule.From(Options);
        Rates = [.. facts.GetProperty("rates").EnumerateArray().Select(rate => rate.GetDouble())];
    }

    public string Name { get; }

    public ScheduleOptions Options { get; }

    public LearningRateSchedule Schedule { get; }

    /// <summary>What the reference says for each step.</summary>
    public IReadOnlyList<double> Rates { get; }

    /// <summary>What the project says for a step, from 1.</summary>
    public double RateAt(long step) => Schedule.At(step * Options.TokenBatch);
}
