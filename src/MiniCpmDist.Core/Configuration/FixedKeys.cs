using System.Globalization;
using MiniCpmDist.Core.Configuration.Keys;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// The values that a checkpoint fixes for later attempts: those of the fixed keys of <see cref="RunKeys"/> that have a
/// value.
/// </summary>
public static class FixedKeys
{
    /// <summary>
    /// Those that a branch may have otherwise than its trunk where it gets experts that the trunk does not have.
    /// </summary>
    public static IReadOnlyList<string> OfExperts { get; } = [.. ExpertKeys.Rows.Select(row => $"model.{row.Name}")];

    /// <summary>
    /// Those that a branch with longer sequences may have otherwise than its trunk. None of them is a shape of a weight
    /// or of a moment that goes on.
    /// </summary>
    public static IReadOnlyList<string> OfLength { get; } =
    [
        "data.sequence_length", "parallel.micro_batch", "parallel.context_ranks", "model.rope_theta",
        .. RopeKeys.Table.Entries.Select(entry => $"model.{RopeKeys.Section}.{entry.Name}"),
    ];

    /// <summary>The key that says whether the output matrix is the embedding.</summary>
    public const string TiedHead = "model.tie_word_embeddings";

    /// <summary>Key and value, in the order of the run file.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(RunOptions options) =>
    [
        .. RunKeys.All.Where(key => key.Value is not null).Select(key => new KeyValuePair<string, string>(
            key.Name, Convert.ToString(key.Value!(options), CultureInfo.InvariantCulture)!)),
    ];
}
