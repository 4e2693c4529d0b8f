using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Branches with sequences of 64 tokens from a trunk with sequences of 16.</summary>
public sealed class ExtensionTests(TinyData data)
{
    private const int Length = 64;

    [Fact]
    public void A_longer_branch_goes_on_where_the_trunk_was_and_two_ranks_have_the_bits_of_one()
    {
        var (trunk, source) = (Trunk(), Build());
        var (alone, together) = (Branch(trunk, "abf:1e6", source), Branch(trunk, "abf:1e6", source));
        alone.Train();
        together.Train(worldSize: 2);

        Assert.Equal([5, 6], alone.Steps().Select(step => step.Step));
        Assert.Equal(trunk.Steps()[3].Tokens + 128, alone.Steps()[0].Tokens);
        Assert.Equal(TinyRuns.Losses(alone), TinyRuns.Losses(together));
        Assert.Equal(alone.NewestFiles()["model.safetensors"], together.NewestFiles()["model.safetensors"]);
        // Its own checkpoint holds it to the new length: a resume reads the same file.
        var again = TinyRun.Open(alone.Folder);
        Assert.Equal(Length, again.Options.Data.SequenceLength);
        again.Train();
    }

    [Fact]
    public void An_output_matrix_of_its_own_begins_as_the_embedding_with_its_moments_and_then_goes_another_way()
    {
        var (trunk, source) = (Trunk(), Build());
        var (tied, untied) = (Branch(trunk, "ntk", source), Branch(trunk, "ntk", source, untie: true));
        tied.Train();
        untied.Train();

        Assert.Equal(tied.Steps()[0].Loss, untied.Steps()[0].Loss);
        Assert.NotEqual(tied.Steps()[1].Loss, untied.Steps()[1].Loss);
        Assert.False(untied.Options.Model.Shape.TieWordEmbeddings);
    }

    [Fact]
    public void An_output_matrix_of_its_own_cannot_become_the_embedding_again()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Branch(
            Trunk(isTied: false), "ntk", Build(), overrides: "model.tie_word_embeddings=true"));
        Assert.Equal("model.tie_word_embeddings", Assert.Single(refused.Problems).Where);
    }

    [Theory]
    [InlineData("ntk")]
    [InlineData("dynamic")]
    [InlineData("yarn")]
    public void Other_angles_are_another_first_loss_of_the_same_weights(string rope)
    {
        var (trunk, source) = (Trunk(), Build());
        var (same, changed) = (Branch(trunk, null, source), Branch(trunk, rope, source));
        same.Train();
        changed.Train();

        Assert.NotEqual(same.Steps()[0].Loss, changed.Steps()[0].Loss);
    }

    [Fact]
    public void A_corpus_without_a_document_longer_than_the_trunks_sequences_is_refused_and_leaves_nothing()
    {
        var trunk = Trunk();
        var corpus = Path.Combine(data.Folder, Path.GetRandomFileName() + ".jsonl");
        File.WriteAllLines(
            corpus, Enumerable.Range(0, 400).Select(i => JsonSerializer.Serialize(new { text = $"Rank {i}" })));

        var error = Assert.Throws<ConfigurationException>(() => Branch(trunk, "ntk", Build(corpus)));

        var problem = Assert.Single(error.Problems);
        Assert.Contains("more than the parent's 16 tokens", problem.Expected, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(Path.GetDirectoryName(trunk.Folder.Path)!, "longer-*"));
    }

    [Fact]
    public void Data_of_the_trunks_length_and_keys_that_have_nothing_to_do_with_length_are_refused()
    {
        var trunk = Trunk();

        var length = Assert.Throws<ConfigurationException>(() => Branch(trunk, "ntk", "data"));
        var moments = Assert.Throws<ConfigurationException>(
            () => Branch(trunk, "ntk", Build(), overrides: "optimizer.beta1=0.5"));

        Assert.Contains(length.Problems, problem => problem.Expected.StartsWith(
            "sequences of 64 tokens", StringComparison.Ordinal));
        Assert.Equal("optimizer.beta1", Assert.Single(moments.Problems).Where);
    }

    [Fact]
    public void A_run_that_does_not_say_that_it_extends_its_parent_is_held_to_the_parents_length()
    {
        var branch = Branch(Trunk(), "abf:1e6", Build());
        var silent = branch.With(options => options with { Parent = options.Parent! with { Extends = false } });

        var error = Assert.Throws<ConfigurationException>(() => silent.Train());

        Assert.Equal(
            ["data.sequence_length", "model.rope_theta"],
            error.Problems.Select(problem => problem.Where).Order(StringComparer.Ordinal));
    }

    private TinyRun Trunk(bool isTied = true)
    {
        var trunk = TinyRun.Create(data, options => options with
        {
            Model = new(null, options.Model.Shape with { TieWordEmbeddings = isTied }),
            Checkpoint = options.Checkpoint with { Every = 4 * 96 },
        });
        trunk.Train();
        return trunk;
    }

    private TinyRun Branch(
        TinyRun trunk, string? rope, string source, bool untie = false, string? overrides = null)
    {
        var name = "longer-" + Path.GetRandomFileName();
        return TinyRun.Open(DecayBranch.Create(
            trunk.Folder.Path, 4, Extent.OfTokens(256), Path.Combine(trunk.Folder.Path, "..", name),
            mixture: _ => [data.Source(source)],
            check: (options, parent) => BranchChecks.Require(options, parent, 1),
            extend: new ExtendOptions(
                Length, rope is null ? RopeChange.Same : RopeChange.Parse(rope, _ => ""), untie,
                ["schedule.token_batch=128", .. overrides is null ? Array.Empty<string>() : [overrides]])));
    }

    /// <summary>A data folder of longer sequences; its name.</summary>
    private string Build(string? corpus = null)
    {
        var name = "long-" + Path.GetRandomFileName().Replace('.', '-');
        DataBuild.Run(new DataBuildOptions(
            [corpus ?? Path.Combine(data.Folder, "corpus.jsonl")], Path.Combine(data.Folder, "tokenizer.model"),
            Path.Combine(data.Folder, name))
        {
            HeldOutFraction = 0.2,
            SequenceLength = Length,
        });
        return name;
    }
}
