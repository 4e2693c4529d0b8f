using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Filtering;

/// <summary>What a filter has done.</summary>
/// <param name="Folder">The folder of what was kept.</param>
/// <param name="Texts">All texts.</param>
/// <param name="TextBytes">Their bytes in UTF-8.</param>
/// <param name="Kept">Those that were kept.</param>
/// <param name="KeptBytes">Their bytes in UTF-8.</param>
/// <param name="Broken">Lines that gave no text.</param>
/// <param name="Rules">By rule, in the order of the pipeline.</param>
public sealed record FilterReport(
    string Folder, long Texts, long TextBytes, long Kept, long KeptBytes, long Broken,
    IReadOnlyList<FilterReport.Rule> Rules)
{
    /// <summary>Entries that have the name of a corpus file and are no regular files.</summary>
    public IReadOnlyList<PassedOverFile> PassedOver { get; init; } = [];

    /// <summary>What a rule has removed. A text counts for the first rule that removes it.</summary>
    /// <param name="Name">The rule.</param>
    /// <param name="Removed">Texts.</param>
    /// <param name="RemovedBytes">Their bytes in UTF-8.</param>
    /// <param name="Samples">Some of them, with what the rule measured.</param>
    public sealed record Rule(string Name, long Removed, long RemovedBytes, IReadOnlyList<Sample> Samples);

    /// <summary>A removed text.</summary>
    /// <param name="Value">What the rule measured.</param>
    /// <param name="Text">Its beginning.</param>
    public sealed record Sample(double Value, string Text);
}
