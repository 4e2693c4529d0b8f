namespace MiniCpmDist.Core.Runs;

/// <summary>How a branch gets longer sequences than its trunk.</summary>
/// <param name="SequenceLength">Tokens in a sequence of the branch.</param>
/// <param name="Rope">What becomes of its rotary positions.</param>
/// <param name="Untie">The output matrix becomes a copy of the embedding.</param>
/// <param name="Overrides">Keys of the run file with other values, such as <c>schedule.token_batch=64K</c>.</param>
public sealed record ExtendOptions(
    int SequenceLength, RopeChange Rope, bool Untie, IReadOnlyList<string> Overrides);
