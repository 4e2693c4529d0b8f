using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class BranchMixtureTests
{
    private static readonly SourceOptions[] s_trunk =
    [
        new SourceOptions
        {
            Name = "docs", Path = "d", HeldOut = "dh", StableWeight = 600_000_000, DecayWeight = 600_000_000,
        },
        new SourceOptions
        {
            Name = "code", Path = "c", HeldOut = "c", StableWeight = 400_000_000, DecayWeight = 400_000_000,
        },
    ];

    [Fact]
    public void Named_sources_get_their_shares_new_ones_come_behind_and_the_rest_is_only_evaluated()
    {
        var sources = MixtureFile.Read("chat: { path: s, share: 25% }\ndocs: 0.75", "decay.yaml", s_trunk);

        Assert.Equal(
            [("docs", "d", 600_000_000L, 750_000_000L), ("code", "c", 400_000_000, 0), ("chat", "s", 0, 250_000_000)],
            sources.Select(source => (source.Name, source.Path, source.StableWeight, source.DecayWeight)));
        Assert.Equal(["dh", "c", "s"], sources.Select(source => source.HeldOut));
    }

    [Theory]
    [InlineData("docs: 0.5\ncode: 0.4", "decay.yaml: expected shares that add up to 1, found 0.5 + 0.4 = 0.9")]
    [InlineData("docs: 0.9\nchat: 0.1", "decay.yaml:2: chat: expected a share of a source that the trunk has")]
    [InlineData("docs: 1\nchat: { share: 0 }", "decay.yaml:2: chat.path: expected a folder")]
    [InlineData("docs: { shares: 1 }", "decay.yaml:1: docs.share: expected the source's share of the decay")]
    [InlineData("docs: two", "decay.yaml:1: docs: expected a share from 0 to 1")]
    public void What_is_wrong_is_told_with_its_place(string yaml, string expected)
    {
        var exception = Assert.Throws<ConfigurationException>(() => MixtureFile.Read(yaml, "decay.yaml", s_trunk));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }
}
