namespace MiniCpmDist.Core.Schedules;

/// <summary>A place on the token axis from which on steps have another size.</summary>
/// <param name="From">Tokens; the first step that begins here or later has the new size.</param>
/// <param name="TokenBatch">Whole micro-batches.</param>
/// <param name="Rule">What becomes of the learning rate.</param>
public sealed record BatchStage(long From, long TokenBatch, LearningRateRule Rule);
