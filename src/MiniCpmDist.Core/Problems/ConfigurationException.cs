namespace MiniCpmDist.Core.Problems;

/// <summary>
/// Something is wrong in the user's input. The program ends with exit code 2 and this message, without a stack trace.
/// </summary>
public sealed class ConfigurationException : Exception
{
    /// <param name="problems">Everything that is wrong, at least one thing.</param>
    public ConfigurationException(IReadOnlyList<Problem> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <param name="sentence">The only thing that is wrong: what was expected, what was found, what to type.</param>
    public ConfigurationException(string sentence)
        : this([Problem.Of(sentence)])
    {
    }

    /// <summary>Everything that is wrong, in the order in which it was found.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>
    /// True where the same input might be right in another state of what it is about, because of one of its problems.
    /// </summary>
    public bool DependsOnState => Problems.Any(problem => problem.DependsOnState);
}
