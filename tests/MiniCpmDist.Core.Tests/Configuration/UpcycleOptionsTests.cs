using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class UpcycleOptionsTests
{
    private static readonly RunOptions s_trunk = RunFile.Parse(RunText.Quickstart, RunText.Source);

    [Theory]
    [InlineData("experts=8,top_k=2", 8, 2, 0.01, 0, UpcycledMoments.Copied)]
    [InlineData("top_k=1", 8, 1, 0.01, 0, UpcycledMoments.Copied)]
    [InlineData(
        "experts=4, moments=new, balance_loss=0, router_z_loss=1e-3", 4, 2, 0, 0.001, UpcycledMoments.New)]
    public void What_is_not_said_is_as_published(
        string text, int experts, int perToken, double balance, double z, UpcycledMoments moments) =>
        Assert.Equal(new UpcycleOptions(experts, perToken, balance, z, moments), UpcycleOptions.Parse(text));

    [Theory]
    [InlineData("", "entries such as")]
    [InlineData("experts", "entries such as")]
    [InlineData("experts=1", "`experts` with a whole number from 2")]
    [InlineData("experts=2.5", "`experts` with a whole number from 2")]
    [InlineData("experts=4,top_k=5", "top_k of 4 at most")]
    [InlineData("experts=4,experts=8", "`experts` once")]
    [InlineData("moments=some", "`moments=copied` or `moments=new`")]
    [InlineData("balance_loss=-1", "`balance_loss` with a number from 0")]
    [InlineData("heads=3", "entries such as")]
    public void What_cannot_be_read_is_told_with_what_may_stand_there(string text, string expected)
    {
        var problem = Assert.Single(
            Assert.Throws<ConfigurationException>(() => UpcycleOptions.Parse(text)).Problems);

        Assert.Equal("--upcycle", problem.Where);
        Assert.StartsWith(expected, problem.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_that_only_gets_experts_keeps_the_schedule_of_its_trunk()
    {
        var branch = BranchOptions.Upcycle(
            BranchOptions.Continue(s_trunk, "../trunk", 200, 200 * 2048, "moe"), UpcycleOptions.Parse("experts=4"));

        Assert.Equal(s_trunk.Schedule, branch.Schedule);
        Assert.Equal(new ParentOptions("../trunk", 200) { Upcycle = UpcycledMoments.Copied }, branch.Parent);
        Assert.Equal(s_trunk.Model.Shape, ExpertUpcycling.DenseOf(branch.Model.Shape));
        Assert.Equal(branch, RunFile.Parse(RunFile.Write(branch), "run.yaml"));
    }

    [Fact]
    public void A_trunk_at_its_end_has_nothing_left_for_such_a_branch()
    {
        var problem = Assert.Single(Assert.Throws<ConfigurationException>(
            () => BranchOptions.Continue(s_trunk, "../trunk", 500, 500 * 2048, "moe")).Problems);

        Assert.Contains("--stable and --decay", problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trunk_with_experts_does_not_get_others()
    {
        var trunk = RunFile.Parse(RunText.With("model: nano", "model: nano-moe"), RunText.Source);
        var branch = BranchOptions.Continue(trunk, "../trunk", 200, 200 * 2048, "moe");

        Assert.Equal(8, branch.Model.Shape.Experts);
        Assert.Throws<ConfigurationException>(
            () => BranchOptions.Upcycle(branch, UpcycleOptions.Parse("experts=4")));
    }

    [Fact]
    public void Every_parameter_but_a_router_has_a_source_and_the_sources_are_all_of_the_model_without_experts()
    {
        var shape = ModelPresets.All["nano-moe"];

        var sources = shape.ParameterSpecs
            .Select(spec => (spec, Source: ExpertUpcycling.SourceOf(spec.Name)))
            .ToArray();

        var dense = ExpertUpcycling.DenseOf(shape).ParameterSpecs.ToDictionary(spec => spec.Name);
        Assert.Equal(dense.Keys.Order(), sources.Select(entry => entry.Source).OfType<string>().Distinct().Order());
        Assert.All(sources.Where(entry => entry.Source is not null), entry =>
            Assert.Equal(entry.spec.Shape, dense[entry.Source!].Shape));
        Assert.Equal(4, sources.Count(entry => entry.Source is null));
        Assert.All(
            sources.Where(entry => entry.Source is null),
            entry => Assert.EndsWith("mlp.gate.weight", entry.spec.Name, StringComparison.Ordinal));
    }
}
