using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.TokenFolders;

public sealed class DataFolderReportTests(TinyTokenizer tiny) : IDisposable
{
    private const int Length = 48;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Decoded_sequences_show_where_documents_and_loss_begin()
    {
        Build(string.Concat(Enumerable.Range(0, 60).Select(i =>
            $"{{\"input\":\"ask\",\"output\":\"answer\"}}\n{{\"text\":\"plain {i}\"}}\n")));

        var report = DataFolderReport.Read(_folder.Path("data"), verify: true, sequence: null, samples: 3);

        Assert.Equal(3, report.Samples.Count);
        Assert.True(report.IsVerified);
        var text = string.Join('\n', report.Samples.Select(sample => sample.Text));
        Assert.Contains("[document][read] ask[loss] answer\n", text, StringComparison.Ordinal);
        Assert.Matches(@"\[document\]\[loss\] plain \d+", text);
        Assert.Contains("[goes on]", text, StringComparison.Ordinal);
        Assert.All(report.Samples, sample => Assert.InRange(sample.LossTokens, 1, Length - 1));
    }

    [Fact]
    public void A_sequence_may_be_chosen_and_must_be_there()
    {
        Build(string.Concat(SomeText.Documents(100).Select(text =>
            $"{{\"text\":\"{text.ReplaceLineEndings(" ")}\"}}\n")));
        var count = DataManifest.Read(_folder.Path("data")).Train.Sequences;

        var report = DataFolderReport.Read(_folder.Path("data"), verify: false, sequence: count - 1, samples: 3);

        Assert.Equal(count - 1, Assert.Single(report.Samples).Index);
        var problem = Assert.Throws<ConfigurationException>(
            () => DataFolderReport.Read(_folder.Path("data"), verify: false, sequence: count, samples: 3));
        Assert.Contains($"0 to {count - 1}", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_of_both_splits_are_told_at_once()
    {
        Build(string.Concat(Enumerable.Range(0, 400).Select(i => $"{{\"text\":\"document number {i}\"}}\n")));
        foreach (var name in (string[])["train.tokens", "held-out.index"])
            File.Delete(_folder.Path("data/" + name));

        var problem = Assert.Throws<ConfigurationException>(
            () => DataFolderReport.Read(_folder.Path("data"), verify: true, sequence: null, samples: 3));

        Assert.Equal(
            [_folder.Path("data/train.tokens"), _folder.Path("data/held-out.index")],
            problem.Problems.Select(one => one.Where));
    }

    private void Build(string corpus) => DataBuild.Run(
        new DataBuildOptions([_folder.Write("corpus.jsonl", corpus)], tiny.Path, _folder.Path("data"))
        {
            SequenceLength = Length,
            HeldOutFraction = 0.2,
        });
}
