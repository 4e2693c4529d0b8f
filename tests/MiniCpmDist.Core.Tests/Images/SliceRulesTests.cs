using MiniCpmDist.Core.Images;

namespace MiniCpmDist.Core.Tests.Images;

public sealed class SliceRulesTests
{
    private const int Queries = 64;
    private static readonly SliceRules s_rules = new();

    /// <summary>Sizes, what becomes of them, and their tokens in the layouts of 2.0 and 2.6.</summary>
    public static TheoryData<int, int, string, string, string, int, int> Table { get; } = new()
    {
        { 10, 10, "none", "448 x 448", "", 67, 66 },
        { 336, 336, "none", "448 x 448", "", 67, 66 },
        { 448, 448, "none", "448 x 448", "", 67, 66 },
        { 449, 448, "2 x 1", "448 x 448", "322 x 630", 201, 198 },
        { 640, 480, "2 x 1", "518 x 392", "364 x 546", 201, 198 },
        { 480, 640, "1 x 2", "392 x 518", "546 x 364", 202, 199 },
        { 800, 800, "2 x 2", "448 x 448", "448 x 448", 334, 331 },
        { 1344, 1344, "3 x 3", "448 x 448", "448 x 448", 665, 662 },
        { 1920, 1080, "4 x 2", "602 x 336", "420 x 476", 598, 595 },
        { 1080, 1920, "2 x 4", "336 x 602", "476 x 420", 600, 597 },
        { 3000, 2000, "4 x 2", "546 x 364", "392 x 518", 598, 595 },
        { 4000, 300, "7 x 1", "1624 x 126", "616 x 322", 531, 528 },
        { 1000, 100, "none", "1414 x 140", "", 67, 66 },
        { 1, 5000, "none", "14 x 31682", "", 67, 66 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Parts_and_tokens_are_those_of_the_published_image_processors(
        int width, int height, string grid, string overview, string slice, int outer, int tagged)
    {
        var plan = s_rules.Plan(new PixelSize(width, height));

        Assert.Equal(grid, plan.Slices == 0 ? "none" : $"{plan.Columns} x {plan.Rows}");
        Assert.Equal(overview, plan.Overview.ToString());
        Assert.Equal(slice, plan.Slices == 0 ? "" : plan.Slice.ToString());
        Assert.Equal(outer, ImageLayout.OuterSlices.Tokens(plan, Queries));
        Assert.Equal(tagged, ImageLayout.TaggedSlices.Tokens(plan, Queries));
    }

    [Fact]
    public void Every_accepted_picture_becomes_few_parts_of_whole_patches_and_bounded_length()
    {
        foreach (var size in RandomSizes(20_000).Where(s_rules.Accepts))
        {
            var plan = s_rules.Plan(size);

            Assert.InRange(plan.Slices, 0, s_rules.MostSlices);
            Assert.NotEqual(1, plan.Slices);
            foreach (var part in plan.Sizes)
            {
                Assert.True(part.Width % 14 == 0 && part.Height % 14 == 0 && part.Width >= 14 && part.Height >= 14);
                var patches = part.Width / 14 * (part.Height / 14);
                // Both sides are rounded to patches, the short one from 3.5 to 4 at the worst.
                Assert.True(patches <= 1024 * 1.15, $"{size}: a part of {part} has {patches} patches");
            }
        }
    }

    [Fact]
    public void A_picture_with_more_pixels_than_a_part_is_sliced_and_no_other()
    {
        foreach (var size in RandomSizes(20_000))
        {
            var larger = (long)size.Width * size.Height > 448 * 448;

            Assert.Equal(larger, s_rules.Plan(size).Slices > 0);
        }
    }

    [Fact]
    public void Among_the_allowed_cuts_none_is_nearer_to_the_proportions_of_the_picture()
    {
        foreach (var size in RandomSizes(5_000).Where(size => (long)size.Width * size.Height > 448 * 448))
        {
            var plan = s_rules.Plan(size);
            var count = Math.Min((int)Math.Ceiling((long)size.Width * size.Height / (448.0 * 448)), 9);
            double Error(int columns, int rows) =>
                Math.Abs(Math.Log((double)size.Width / size.Height) - Math.Log((double)columns / rows));

            Assert.InRange(plan.Slices, Math.Max(count - 1, 2), Math.Min(count + 1, 9));
            for (var slices = Math.Max(count - 1, 2); slices <= Math.Min(count + 1, 9); slices++)
            {
                for (var columns = 1; columns <= slices; columns++)
                {
                    if (slices % columns == 0)
                        Assert.True(Error(plan.Columns, plan.Rows) <= Error(columns, slices / columns), $"{size}");
                }
            }
        }
    }

    [Fact]
    public void Of_two_cuts_that_are_equally_near_the_one_with_fewer_columns_wins() =>
        // 500 x 500 may become 2 or 3 slices; 1 x 2 and 2 x 1 are equally far from a square, and 2 x 2 is not allowed
        // where four slices are too many.
        Assert.Equal((1, 2), Grid(new SliceRules(MostSlices: 3).Plan(new PixelSize(500, 500))));

    [Theory]
    [InlineData(1, 102, true)]
    [InlineData(1, 103, false)]
    [InlineData(20400, 200, true)]
    [InlineData(20401, 200, false)]
    public void The_longer_side_is_at_most_102_times_the_shorter(int width, int height, bool accepted) =>
        Assert.Equal(accepted, s_rules.Accepts(new PixelSize(width, height)));

    [Fact]
    public void Without_slices_a_picture_is_one_part_of_about_the_same_area() =>
        Assert.Equal(
            new SlicePlan(new PixelSize(546, 364), 0, 0, default),
            new SliceRules(MostSlices: 1).Plan(new PixelSize(3000, 2000)));

    private static (int, int) Grid(SlicePlan plan) => (plan.Columns, plan.Rows);

    private static IEnumerable<PixelSize> RandomSizes(int count)
    {
        var random = new Random(31);
        for (var i = 0; i < count; i++)
            yield return new PixelSize(Side(random), Side(random));
    }

    /// <summary>As many small sides as large ones.</summary>
    private static int Side(Random random) => (int)Math.Exp(random.NextDouble() * Math.Log(8000)) + 1;
}
