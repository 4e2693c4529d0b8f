namespace MiniCpmDist.Engine.Training;

/// <summary>What one optimizer update is given: its place on the token axis and what the schedule says there.</summary>
/// <param name="Step">1-based number of the update.</param>
/// <param name="Cursor">Sequences consumed before it.</param>
/// <param name="MicroBatches">Micro-batches of the step over all lanes.</param>
/// <param name="LearningRate">Of the full group.</param>
public sealed record StepPlan(long Step, long Cursor, int MicroBatches, double LearningRate);
