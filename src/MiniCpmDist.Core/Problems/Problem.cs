namespace MiniCpmDist.Core.Problems;

/// <summary>One thing that is wrong in the user's input, told so that a tired operator can act on it.</summary>
/// <param name="Where">File, line and key, or the command line option.</param>
/// <param name="Expected">What would have been right.</param>
/// <param name="Found">What is there.</param>
/// <param name="Fix">What to type or change.</param>
public sealed record Problem(string Where, string Expected, string Found, string Fix)
{
    /// <summary>
    /// True where the same input may be right in another state of what it is about, such as a later phase.
    /// </summary>
    public bool DependsOnState { get; init; }

    /// <summary>A problem that is one sentence and has no parts.</summary>
    public static Problem Of(string sentence) => new("", "", "", sentence);

    /// <summary>One readable line.</summary>
    public override string ToString() =>
        Where.Length == 0
            ? Fix
            : $"{Where}: expected {Expected}, found {Found}; {Fix}{(Fix is [.., '.' or '?'] ? "" : ".")}";
}
