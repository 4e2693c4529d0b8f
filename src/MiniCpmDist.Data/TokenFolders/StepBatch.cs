using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>The sequences of a step, as far as one rank needs them.</summary>
/// <param name="Places">All sequences of the step, in order.</param>
/// <param name="Weights">Part of each of them in the step's denominator: exact, and known before any backward.</param>
/// <param name="MicroBatches">By index within the step; null for those that other ranks compute.</param>
public sealed record StepBatch(
    IReadOnlyList<SequenceRef> Places, IReadOnlyList<long> Weights, IReadOnlyList<MicroBatch?> MicroBatches);
