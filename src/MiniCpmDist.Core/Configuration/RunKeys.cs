using MiniCpmDist.Core.Configuration.Keys;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Every key of a run file: what it is, which may change when a run is resumed, and why.</summary>
public static class RunKeys
{
    /// <summary>Stands for the name of any source.</summary>
    public const string AnySource = "*";

    /// <summary>All keys, in the order of the run file.</summary>
    public static IReadOnlyList<RunKey> All { get; } =
    [
        .. RunFileKeys.Table.Entries.Select(entry =>
            new RunKey(entry.Name, entry.Rule.IsFixed, entry.Rule.Reason, entry.Held, entry.Earlier)
            {
                Expected = entry.Expected,
                Help = entry.Help,
            }),
    ];

    /// <summary>The entry of a key as a run file spells it.</summary>
    /// <exception cref="KeyNotFoundException">The table does not have it.</exception>
    public static RunKey Find(string key)
    {
        const string Source = "data.sources.";
        var name = key.StartsWith(Source, StringComparison.Ordinal)
            ? $"{Source}{AnySource}{key[key.LastIndexOf('.')..]}"
            : key;
        return All.FirstOrDefault(entry => entry.Name == name)
            ?? throw new KeyNotFoundException($"Expected a key of {nameof(RunKeys)}, found {key}.");
    }
}
