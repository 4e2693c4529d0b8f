using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Values;

/// <summary>What happens when a file was written by another version of the program.</summary>
public static class FormatVersion
{
    /// <param name="found">Version in the file.</param>
    /// <param name="newest">The newest version that this program reads; all from 1 are read.</param>
    /// <param name="what">The file, or what part of it.</param>
    /// <exception cref="ConfigurationException">The file is newer than the
    /// program, or has no version at all.</exception>
    public static void Require(int found, int newest, string what)
    {
        if (found > newest)
        {
            throw new ConfigurationException([new Problem(
                what, $"format {newest} or older", $"format {found}",
                "a newer minicpm wrote it: update this one (`minicpm --version` says which it is)")]);
        }
        if (found < 1)
            throw new ConfigurationException([new Problem(
                what, $"format 1 to {newest}", $"format {found}", "the file is damaged: take it from a copy")]);
    }
}
