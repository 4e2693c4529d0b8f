using MiniCpmDist.Core.Images;

namespace MiniCpmDist.Core.Tests.Images;

public sealed class ImageLayoutTests
{
    private static readonly SliceRules s_rules = new();

    [Theory]
    [InlineData(ImageLayout.OuterSlices, 100, 100, "<image>[64]</image>\n")]
    [InlineData(ImageLayout.TaggedSlices, 100, 100, "<image>[64]</image>")]
    [InlineData(ImageLayout.OuterSlices, 480, 640,
        "<image>[64]</image><slice><image>[64]</image>\n<image>[64]</image></slice>\n")]
    [InlineData(ImageLayout.TaggedSlices, 480, 640,
        "<image>[64]</image><slice>[64]</slice>\n<slice>[64]</slice>")]
    [InlineData(ImageLayout.TaggedSlices, 640, 480, "<image>[64]</image><slice>[64]</slice><slice>[64]</slice>")]
    public void A_picture_is_written_as_its_release_has_it(ImageLayout layout, int width, int height, string text) =>
        Assert.Equal(text, layout.Text(s_rules.Plan(new PixelSize(width, height)), queries: 64));

    [Theory]
    [InlineData(ImageLayout.OuterSlices)]
    [InlineData(ImageLayout.TaggedSlices)]
    public void There_are_as_many_places_as_features_of_all_parts(ImageLayout layout)
    {
        for (var side = 100; side < 3000; side += 97)
        {
            var plan = s_rules.Plan(new PixelSize(side, 1000));

            Assert.Equal(plan.Parts * 96, layout.Pieces(plan, queries: 96).Count(piece => piece is null));
        }
    }
}
