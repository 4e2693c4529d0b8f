namespace MiniCpmDist.Core.Problems;

/// <summary>Gathers faults, so that the user learns of all of them at once.</summary>
public sealed class FaultCollector
{
    private readonly List<Fault> _faults = [];

    /// <summary>True once there is a fault.</summary>
    public bool Any => _faults.Count > 0;

    /// <summary>The faults so far, in order.</summary>
    public IReadOnlyList<Fault> Faults => _faults;

    /// <summary>Adds a fault; one that two keys lead to is told once.</summary>
    public void Add(Fault fault)
    {
        if (!_faults.Contains(fault))
            _faults.Add(fault);
    }

    public void Add(string where, string expected, string found, string fix) =>
        Add(new Fault(where, expected, found, fix));

    /// <summary>Adds the fault where <paramref name="holds"/> is false; returns <paramref name="holds"/>.</summary>
    public bool Require(bool holds, string where, string expected, string found, string fix)
    {
        if (!holds)
            Add(where, expected, found, fix);
        return holds;
    }

    /// <summary>Runs <paramref name="attempt"/> and keeps its faults instead of letting them end everything.</summary>
    /// <returns>The result, or the default value where there were faults.</returns>
    public T? Try<T>(Func<T> attempt)
    {
        try
        {
            return attempt();
        }
        catch (ConfigurationException exception)
        {
            foreach (var fault in exception.Faults)
                Add(fault);
            return default;
        }
    }

    /// <exception cref="ConfigurationException">There is at least one fault; it names them all.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw new ConfigurationException([.. _faults]);
    }
}
