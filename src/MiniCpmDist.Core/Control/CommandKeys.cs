namespace MiniCpmDist.Core.Control;

/// <summary>
/// The keys of <c>run.yaml</c> that commands set as well, in the units in which changes are journaled and settled.
/// </summary>
public static class CommandKeys
{
    public const string LearningRate = "schedule.learning_rate";
    public const string Stable = "schedule.stable";
    public const string TokenBatch = "schedule.token_batch";
    public const string StableMixture = "data.sources (stable)";
    public const string DecayMixture = "data.sources (decay)";
}
