using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Configuration;

/// <summary>A key whose value differs from the one in the attempt before.</summary>
/// <param name="Key">Its full name.</param>
/// <param name="Before">
/// The earlier value as the run file spells it; <c>nothing</c> where the key was not there.
/// </param>
/// <param name="After">The value now, spelled the same way.</param>
public sealed record ConfigurationChange(string Key, string Before, string After)
{
    private const string Nothing = "nothing";

    /// <summary>What differs between two canonical run files, in the order of the file.</summary>
    /// <exception cref="ConfigurationException">One of them is no YAML.</exception>
    public static IReadOnlyList<ConfigurationChange> Between(string before, string after)
    {
        var (old, now) = (RunFile.Leaves(before), RunFile.Leaves(after));
        return
        [
            .. now.Keys.Union(old.Keys)
                .Select(key => new ConfigurationChange(
                    key, old.GetValueOrDefault(key, Nothing), now.GetValueOrDefault(key, Nothing)))
                .Where(change => change.Before != change.After),
        ];
    }

    public override string ToString() => $"{Key}: {Before} before, {After} now";
}
