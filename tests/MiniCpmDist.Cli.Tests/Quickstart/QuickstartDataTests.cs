using MiniCpmDist.Cli.Quickstart;

namespace MiniCpmDist.Cli.Tests.Quickstart;

public sealed class QuickstartDataTests : IDisposable
{
    private static readonly string[] s_allCalls =
    [
        "data collect --out work/corpus/docs.new work/documents",
        "data collect --code --out work/corpus/code.new work/documents",
        "tokenizer train --out work/tokenizer.new.model --pieces 4096 work/corpus/docs work/corpus/code",
        "data build --name docs --sequence-length 256 --held-out 0.05 --tokenizer work/tokenizer.model "
            + "--out work/docs work/corpus/docs",
        "data build --name code --sequence-length 256 --held-out 0.05 --tokenizer work/tokenizer.model "
            + "--out work/code work/corpus/code",
    ];

    private readonly QuickstartFolder _folder = new();
    private int _tokenChanges;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_sources_share_one_tokenizer_and_become_tokens_of_their_own()
    {
        Make();
        Assert.Equal(s_allCalls, _folder.TakeCalls());
        Assert.True(_folder.Data().HasTokens);
        Assert.Equal(
            ["code", "corpus", "docs", "sequence-length", "tokenizer.model"],
            Directory.EnumerateFileSystemEntries(_folder.Places.Work).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Nothing_is_made_twice()
    {
        Make();
        _folder.TakeCalls();
        Make();
        Assert.Empty(_folder.TakeCalls());
        Assert.Equal(1, _tokenChanges);
        Assert.Empty(_folder.Said);
    }

    [Fact]
    public void Another_package_list_makes_its_corpus_the_tokenizer_and_all_tokens_anew_and_leaves_the_other_corpus()
    {
        Make();
        _folder.TakeCalls();
        File.AppendAllText(_folder.Places.PackageList(QuickstartSource.All[1]), "# another\n");
        Make();
        Assert.Equal(s_allCalls[1..], _folder.TakeCalls());
        Assert.Equal(2, _tokenChanges);
        Assert.Contains("The package list of code has changed", _folder.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_sequence_length_packs_the_tokens_anew_and_nothing_else()
    {
        Make();
        _folder.TakeCalls();
        Make(sequenceLength: 128);
        Assert.Equal(
            s_allCalls[3..].Select(call => call.Replace("256", "128", StringComparison.Ordinal)), _folder.TakeCalls());
    }

    [Fact]
    public void A_source_whose_tokens_are_missing_gets_them_and_the_other_keeps_its_own()
    {
        Make();
        _folder.TakeCalls();
        Directory.Delete(_folder.Places.Tokens(QuickstartSource.All[0]), recursive: true);
        Make();
        Assert.Equal(s_allCalls[3..4], _folder.TakeCalls());
    }

    [Fact]
    public void What_is_there_is_not_announced()
    {
        var fresh = QuickstartCosts.Of(QuickstartSource.All, hasTokens: false, trains: true);
        Assert.Equal(4, fresh.Lines.Count);
        Assert.Equal(235_000_000, fresh.DiskBytes);
        var again = QuickstartCosts.Of([], hasTokens: true, trains: true);
        Assert.StartsWith("    training ", Assert.Single(again.Lines), StringComparison.Ordinal);
        Assert.Equal(100_000_000, again.DiskBytes);
        Assert.Empty(QuickstartCosts.Of([], hasTokens: true, trains: false).Lines);
    }

    [Fact]
    public void A_disk_without_room_is_told_before_anything_is_fetched()
    {
        var costs = QuickstartCosts.Of([], hasTokens: true, trains: true);
        costs.Require(100_000_000, "/here");
        var problem = Assert.Throws<Core.Problems.ConfigurationException>(() => costs.Require(99_000_000, "/here"));
        Assert.Contains("100.0 MB of free disk", problem.Message, StringComparison.Ordinal);
    }

    private void Make(int sequenceLength = 256)
    {
        var data = _folder.Data(sequenceLength);
        data.ForgetOutdated();
        data.Make(() => _tokenChanges++);
    }
}
