using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Quickstart;

/// <summary>What the quickstart still has to fetch and make, in words and in bytes of disk.</summary>
/// <param name="Lines">A line for each.</param>
/// <param name="DiskBytes">Room that all of it takes at most.</param>
internal sealed record QuickstartCosts(IReadOnlyList<string> Lines, long DiskBytes)
{
    private const long TokenBytes = 15_000_000;
    private const long RunBytes = 100_000_000;

    /// <param name="missing">The sources that have no corpus yet.</param>
    /// <param name="hasTokens">True where the tokens are there.</param>
    /// <param name="trains">True where a run is trained after that.</param>
    public static QuickstartCosts Of(IReadOnlyList<QuickstartSource> missing, bool hasTokens, bool trains)
    {
        List<string> lines = [.. missing.Select(source => $"    corpus of {source.Name}   {source.Costs}")];
        if (!hasTokens)
            lines.Add($"    tokens           nothing to download, about {SizeText.Of(TokenBytes)} on disk");
        if (trains)
            lines.Add($"    training         nothing to download, about {SizeText.Of(RunBytes)} on disk for every run");
        return new QuickstartCosts(
            lines, missing.Sum(source => source.DiskBytes) + (hasTokens ? 0 : TokenBytes) + (trains ? RunBytes : 0));
    }

    /// <exception cref="ConfigurationException">The disk has less room.</exception>
    public void Require(long freeBytes, string folder)
    {
        if (freeBytes < DiskBytes)
        {
            throw new ConfigurationException([new Problem(
                folder, $"{SizeText.Of(DiskBytes)} of free disk", SizeText.Of(freeBytes), "make room and call again")]);
        }
    }
}
