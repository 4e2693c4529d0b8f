using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.TokenFolders;

public sealed class SourceOverlapTests(TinyTokenizer tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_documents_with_another_share_are_trained_on_and_with_the_same_share_they_are_not()
    {
        var texts = SomeText.Documents(1000).ToList();
        Build("a", texts, heldOut: 0.1);
        Build("b", texts, heldOut: 0.3);
        Build("c", texts.Select(text => text + "\n"), heldOut: 0.1);

        var overlaps = Measure("a", "b", "c");

        // What is held out at 0.1 is held out at 0.3; of the rest of 0.3, two thirds are trained on through 0.1.
        Assert.Equal(0, One("a", "b").FoundPassages);
        Assert.Equal((0, 0), (One("a", "c").FoundPassages, One("c", "a").FoundPassages));
        Assert.InRange(One("b", "a").Share, 0.6, 0.75);
        Assert.Equal(1, One("b", "a").ShareRead);
        Assert.InRange((double)One("b", "a").FoundNgrams / One("b", "a").Ngrams, 0.6, 0.75);
        Assert.Equal(
            ["b in a", "b in c"],
            overlaps.Where(one => one.IsWorthAWarning)
                .Select(one => $"{Path.GetFileName(one.HeldOut)} in {Path.GetFileName(one.Train)}")
                .Order());

        SourceOverlap One(string heldOut, string train) =>
            Assert.Single(overlaps, one => (one.HeldOut, one.Train) == (_folder.Path(heldOut), _folder.Path(train)));
    }

    [Fact]
    public void Different_texts_of_one_language_are_no_overlap_and_one_folder_has_none()
    {
        Build("a", SomeText.Documents(500), heldOut: 0.1);
        Build("b", SomeText.Documents(500, seed: 2), heldOut: 0.1);

        Assert.All(Measure("a", "b"), overlap => Assert.False(overlap.IsWorthAWarning));
        Assert.Empty(Measure("a"));
        Assert.Empty(Measure("a", "a"));
    }

    [Fact]
    public void Of_a_large_training_split_a_part_is_read_and_the_share_is_estimated_from_it()
    {
        var texts = SomeText.Documents(4000).ToList();
        Build("a", texts, heldOut: 0.1);
        Build("b", texts, heldOut: 0.3);
        using var train = TokenDataset.Open(_folder.Path("a"), "train");
        using var heldOutOfTrain = TokenDataset.Open(_folder.Path("a"), "held-out");
        using var trainOfOther = TokenDataset.Open(_folder.Path("b"), "train");
        using var heldOut = TokenDataset.Open(_folder.Path("b"), "held-out");

        var overlap = SourceOverlap
            .Measure(
                [("a", train, heldOutOfTrain), ("b", trainOfOther, heldOut)],
                mostTrainTokens: train.SequenceCount * train.SequenceLength / 4)
            .Single(one => one.Train == "a");

        Assert.InRange(overlap.ShareRead, 0.24, 0.26);
        Assert.InRange(overlap.Share, 0.5, 0.85);
        Assert.True(overlap.IsWorthAWarning);
    }

    private IReadOnlyList<SourceOverlap> Measure(params string[] names) =>
        FolderOverlap.Measure([.. names.Select(_folder.Path)], everything: false);

    private void Build(string name, IEnumerable<string> texts, double heldOut) => DataBuild.Run(
        new DataBuildOptions([_folder.WriteJsonLines(name + ".jsonl", texts)], tiny.Path, _folder.Path(name))
        {
            SequenceLength = 256,
            HeldOutFraction = heldOut,
        });
}
