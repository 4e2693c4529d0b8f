using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>What one optimizer update is given: its sequences and what the schedule says at its place.</summary>
/// <param name="Step">1-based number of the update.</param>
/// <param name="Places">Its sequences over all lanes; a whole number of micro-batches.</param>
/// <param name="LearningRate">Learning rate of the full group.</param>
/// <param name="Next">The sequences that probably follow, to be read meanwhile; empty where none do.</param>
public sealed record StepPlan(
    long Step, IReadOnlyList<SequenceRef> Places, double LearningRate, IReadOnlyList<SequenceRef> Next);
