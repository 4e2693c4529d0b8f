namespace MiniCpmDist.Core.Problems;

/// <summary>
/// The user has something wrong; the program ends with exit code 2 and this message, without a stack trace.
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

    /// <summary>One of the problems may be none for another state of what the input is about.</summary>
    public bool DependsOnState => Problems.Any(problem => problem.DependsOnState);
}
