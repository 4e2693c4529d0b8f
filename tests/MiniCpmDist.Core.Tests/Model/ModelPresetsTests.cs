using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.ModelShape;

public sealed class ModelPresetsTests
{
    /// <summary>arXiv 2404.06395, tables 2 and 8.</summary>
    [Theory]
    [InlineData("9m", 9_426_240)]
    [InlineData("30m", 36_188_672)]
    [InlineData("70m", 65_964_160)]
    [InlineData("0.1b", 108_552_960)]
    [InlineData("0.17b", 166_216_064)]
    [InlineData("0.2b", 241_214_464)]
    [InlineData("0.5b", 498_614_592)]
    [InlineData("minicpm-1.2b", 1_247_442_432)]
    [InlineData("minicpm-2.4b", 2_442_057_984)]
    [InlineData("minicpm-moe-8x2b", 13_590_468_864)]
    public void Presets_have_the_published_number_of_parameters(string name, long nonEmbedding) =>
        Assert.Equal(nonEmbedding, ModelPresets.All[name].NonEmbeddingParameters);

    [Theory]
    [InlineData("minicpm-1.2b", 1_360_246_272)]
    [InlineData("minicpm-2.4b", 2_724_880_896)]
    public void Tied_embeddings_count_once(string name, long all) =>
        Assert.Equal(all, ModelPresets.All[name].Parameters);

    [Theory]
    [InlineData("9m", 1.25, 0.4950)]
    [InlineData("0.5b", 5.25, 0.2858)]
    [InlineData("minicpm-1.2b", 6, 0.1941)]
    [InlineData("minicpm-2.4b", 9, 0.2214)]
    [InlineData("nano", 0.5, 0.7)]
    public void Scales_follow_width_and_depth(string name, double width, double residual)
    {
        Assert.Equal(width, ModelPresets.All[name].ScaleWidth);
        Assert.Equal(residual, ModelPresets.All[name].ResidualScale, 5e-5);
    }

    /// <summary>Of the published model a token takes about 4 billion parameters.</summary>
    [Theory]
    [InlineData("minicpm-moe-8x2b", 4_035_320_064)]
    [InlineData("minicpm-2.4b", 2_442_057_984)]
    public void A_token_takes_products_with_the_experts_that_it_chooses_and_with_no_other(string name, long active)
    {
        var shape = ModelPresets.All[name];

        Assert.Equal(active, shape.ActiveParameters);
        Assert.Equal(
            6.0 * (active + 122_753L * 2304) + 12.0 * 40 * 2304 * 4096, shape.FlopsPerToken(sequenceLength: 4096));
    }

    [Fact]
    public void Presets_are_listed_from_small_to_large()
    {
        var sizes = ModelPresets.All.Values.Select(shape => shape.NonEmbeddingParameters).ToArray();

        Assert.Equal("nano", ModelPresets.All.Keys.First());
        Assert.Equal(sizes.Order(), sizes);
    }
}
