namespace MiniCpmDist.Cli.Quickstart;

/// <summary>A source of the quickstart's text. Sizes are those of Debian 12.</summary>
/// <param name="Name">Its name in the recipe.</param>
/// <param name="IsCode">True for source code, which is collected as it stands.</param>
/// <param name="Costs">What it takes, in words.</param>
/// <param name="DiskBytes">Room on disk while its corpus is made.</param>
/// <param name="LeastBytes">Text that its packages give at least; less means that a mirror lacks them.</param>
internal sealed record QuickstartSource(string Name, bool IsCode, string Costs, long DiskBytes, long LeastBytes)
{
    /// <summary>
    /// Both sources. The documentation is what the stable phase trains on; code comes in with the decay.
    /// </summary>
    public static IReadOnlyList<QuickstartSource> All { get; } =
    [
        new("docs", IsCode: false, "about 17 MB to download, 100 MB on disk", 100_000_000, 10_000_000),
        new("code", IsCode: true, "about 2 MB to download, 20 MB on disk", 20_000_000, 3_000_000),
    ];
}
