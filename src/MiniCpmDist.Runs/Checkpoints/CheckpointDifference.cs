namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>What two checkpoints do not have in common.</summary>
/// <param name="Files">Names of files that only one has, or whose hashes differ.</param>
/// <param name="State">Keys of <c>state.json</c> with their values in the first and the second; empty text for
/// none.</param>
/// <param name="Tensors">Tensors that differ in at least one bit.</param>
public sealed record CheckpointDifference(
    IReadOnlyList<string> Files,
    IReadOnlyList<(string Key, string First, string Second)> State,
    IReadOnlyList<TensorDifference> Tensors)
{
    public bool IsEmpty => Files.Count == 0 && State.Count == 0 && Tensors.Count == 0;
}
