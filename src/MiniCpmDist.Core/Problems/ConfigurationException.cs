namespace MiniCpmDist.Core.Problems;

/// <summary>
/// The user has something wrong; the program ends with exit code 2 and this message, without a stack trace.
/// </summary>
public sealed class ConfigurationException : Exception
{
    /// <param name="faults">Everything that is wrong, at least one thing.</param>
    public ConfigurationException(IReadOnlyList<Fault> faults)
        : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <param name="sentence">The only thing that is wrong: what was expected, what was found, what to type.</param>
    public ConfigurationException(string sentence)
        : this([Fault.Of(sentence)])
    {
    }

    /// <summary>Everything that is wrong, in the order in which it was found.</summary>
    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>One of the faults may be none for another state of what the input is about.</summary>
    public bool DependsOnState => Faults.Any(fault => fault.DependsOnState);
}
