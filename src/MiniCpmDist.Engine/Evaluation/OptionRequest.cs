namespace MiniCpmDist.Engine.Evaluation;

/// <summary>An item whose options are to be scored.</summary>
/// <param name="Id">Of the item.</param>
/// <param name="Place">File and line, for problems.</param>
/// <param name="Before">What comes before the item and is most often the same for its neighbours.</param>
/// <param name="Prompt">The item itself.</param>
/// <param name="Options">What is scored after it.</param>
public sealed record OptionRequest(
    string Id, string Place, string Before, string Prompt, IReadOnlyList<string> Options);
