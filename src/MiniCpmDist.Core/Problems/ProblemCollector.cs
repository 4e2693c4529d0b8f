namespace MiniCpmDist.Core.Problems;

/// <summary>Gathers problems, so that the user learns of all of them at once.</summary>
public sealed class ProblemCollector
{
    private readonly List<Problem> _problems = [];

    /// <summary>True once there is a problem.</summary>
    public bool Any => _problems.Count > 0;

    /// <summary>The problems so far, in order.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Adds a problem; one that two keys lead to is told once.</summary>
    public void Add(Problem problem)
    {
        if (!_problems.Contains(problem))
            _problems.Add(problem);
    }

    public void Add(string where, string expected, string found, string fix) =>
        Add(new Problem(where, expected, found, fix));

    /// <summary>Adds the problem where <paramref name="holds"/> is false; returns <paramref name="holds"/>.</summary>
    public bool Require(bool holds, string where, string expected, string found, string fix)
    {
        if (!holds)
            Add(where, expected, found, fix);
        return holds;
    }

    /// <summary>
    /// Runs <paramref name="attempt"/> and keeps its problems instead of letting them end everything.
    /// </summary>
    /// <returns>The result, or the default value where there were problems.</returns>
    public T? Try<T>(Func<T> attempt)
    {
        try
        {
            return attempt();
        }
        catch (ConfigurationException exception)
        {
            foreach (var problem in exception.Problems)
                Add(problem);
            return default;
        }
    }

    /// <exception cref="ConfigurationException">There is at least one problem; it names them all.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw new ConfigurationException([.. _problems]);
    }
}
