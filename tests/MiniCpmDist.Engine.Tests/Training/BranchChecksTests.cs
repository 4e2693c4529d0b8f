using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>What a start of a branch would refuse is refused before there is a branch.</summary>
public sealed class BranchChecksTests(TinyData data)
{
    [Fact]
    public void A_mixture_with_a_folder_that_is_not_there_makes_nothing() =>
        Assert.Contains("nowhere", Refused(Path.Combine(data.Folder, "nowhere")), StringComparison.Ordinal);

    [Fact]
    public void A_mixture_with_other_sequences_makes_nothing_and_is_told_to_build_them_again()
    {
        var told = Refused(Build("longer", "tokenizer.model", 32));

        Assert.Contains("expected sequences of 16 tokens", told, StringComparison.Ordinal);
        Assert.Contains("build it again with --sequence-length 16", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mixture_with_another_tokenizer_makes_nothing_and_names_the_right_one()
    {
        var other = Path.Combine(data.Folder, "other.model");
        TokenizerTraining.Train(new TokenizerTrainingOptions([Corpus], other) { Pieces = 390 });

        var told = Refused(Build("strange", "other.model", 16));

        Assert.Contains("another tokenizer in", told, StringComparison.Ordinal);
        Assert.Contains(
            $"build it again with --tokenizer {Path.Combine(data.Folder, "data", "tokenizer.model")}", told,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_world_that_does_not_fit_the_lanes_makes_nothing() => Assert.Contains(
        "3 ranks", Refused(Path.Combine(data.Folder, "data"), ranks: 3), StringComparison.Ordinal);

    [Fact]
    public void A_mixture_that_can_be_trained_makes_the_branch()
    {
        var trunk = Trunk();

        var branch = Create(trunk, Build("fitting", "tokenizer.model", 16), ranks: 2);

        Assert.Equal(2, RunFolder.Open(branch.Path).Options.Data.Sources.Count);
    }

    private string Corpus => Path.Combine(data.Folder, "corpus.jsonl");

    private string Refused(string folder, int? ranks = null)
    {
        var trunk = Trunk();
        var refusal = Assert.Throws<ConfigurationException>(() => Create(trunk, folder, ranks));
        Assert.False(Directory.Exists(PathOf(trunk)));
        Assert.Empty(Directory.EnumerateFiles(trunk.Folder.PinsPath));
        return refusal.Message;
    }

    private TinyRun Trunk()
    {
        var trunk = TinyRun.Create(data);
        trunk.Train();
        return trunk;
    }

    private static RunFolder Create(TinyRun trunk, string folder, int? ranks) => DecayBranch.Create(
        trunk.Folder.Path, 6, Extent.OfSteps(4), PathOf(trunk),
        mixture: sources =>
        [
            sources[0] with { DecayWeight = SourceOptions.WeightUnit / 2 },
            new SourceOptions
            {
                Name = "added",
                Path = folder,
                HeldOut = folder,
                StableWeight = 0,
                DecayWeight = SourceOptions.WeightUnit / 2,
            },
        ],
        check: (options, parent) => BranchChecks.Require(options, parent, ranks));

    private static string PathOf(TinyRun trunk) => trunk.Folder.Path + "-branch";

    private string Build(string name, string tokenizer, int sequenceLength)
    {
        var path = Path.Combine(data.Folder, name);
        DataBuild.Run(new DataBuildOptions([Corpus], Path.Combine(data.Folder, tokenizer), path)
        {
            HeldOutFraction = 0.2,
            SequenceLength = sequenceLength,
        });
        return path;
    }
}
