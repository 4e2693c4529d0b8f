using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Configuration;

/// <summary>A key of a run, and what may happen to it between two of its attempts.</summary>
/// <param name="Name">Its full name; <c>*</c> stands for the name of any source.</param>
/// <param name="IsFixed">It may not change within a run, nor, but for the name, from a trunk to its branch.</param>
/// <param name="Reason">Why, in words that follow "because".</param>
/// <param name="Value">
/// The value that checkpoints fix for later attempts; null where nothing is fixed, or something else fixes it.
/// </param>
/// <param name="Earlier">
/// The value that a checkpoint without this key was trained with; null where every checkpoint has the key.
/// </param>
public sealed record RunKey(
    string Name, bool IsFixed, string Reason, Func<RunOptions, object>? Value = null, string? Earlier = null)
{
    /// <summary>What may be written there.</summary>
    public required string Expected { get; init; }

    /// <summary>What it is, in a clause.</summary>
    public required string Help { get; init; }
}
