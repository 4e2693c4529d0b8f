using System.Security.Cryptography;
using System.Text.Json;
using MiniCpmDist.Core.Images;

namespace MiniCpmDist.Core.Tests.Images;

public sealed class BicubicResizeTests
{
    /// <summary>From and to which size, and the SHA-256 of what Pillow gives.</summary>
    public static TheoryData<int, int, int, int, string> FromPillow
    {
        get
        {
            var data = new TheoryData<int, int, int, int, string>();
            using var stored = JsonDocument.Parse(File.ReadAllText(
                Path.Combine(AppContext.BaseDirectory, "golden", "images.json")));
            foreach (var resized in stored.RootElement.GetProperty("resized").EnumerateArray())
            {
                var (from, to) = (resized.GetProperty("from"), resized.GetProperty("to"));
                data.Add(
                    from[0].GetInt32(), from[1].GetInt32(), to[0].GetInt32(), to[1].GetInt32(),
                    resized.GetProperty("sha256").GetString()!);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(FromPillow))]
    public void Every_pixel_is_the_one_that_Pillow_computes(
        int width, int height, int toWidth, int toHeight, string hash)
    {
        var resized = BicubicResize.Of(Pattern(width, height), new PixelSize(toWidth, toHeight));

        Assert.Equal(new PixelSize(toWidth, toHeight), resized.Size);
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(resized.Pixels)));
    }

    [Fact]
    public void One_color_stays_what_it_is_at_every_size()
    {
        var image = new RgbImage(23, 19);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)(17 + i % 3 * 100);
        foreach (var size in (PixelSize[])[new(1, 1), new(46, 5), new(22, 200), new(23, 18)])
        {
            var resized = BicubicResize.Of(image, size);

            Assert.All(resized.Pixels.Index(), pixel => Assert.Equal(17 + pixel.Index % 3 * 100, pixel.Item));
        }
    }

    [Fact]
    public void Slices_are_the_parts_of_the_picture_at_its_refined_size_row_by_row()
    {
        var image = Pattern(640, 960);
        var plan = new SliceRules().Plan(image.Size);
        var parts = ImageSlicer.Cut(image, plan);
        var refined = BicubicResize.Of(image, plan.Refined);

        Assert.Equal(plan.Sizes, parts.Select(part => part.Size));
        for (var slice = 0; slice < plan.Slices; slice++)
        {
            var (left, top) = (slice % plan.Columns * plan.Slice.Width, slice / plan.Columns * plan.Slice.Height);
            for (var y = 0; y < plan.Slice.Height; y += 13)
            {
                for (var x = 0; x < plan.Slice.Width; x += 11)
                {
                    var (at, from) = (
                        (y * plan.Slice.Width + x) * 3, ((top + y) * refined.Width + left + x) * 3);
                    Assert.Equal(refined.Pixels[from], parts[1 + slice].Pixels[at]);
                }
            }
        }
    }

    [Fact]
    public void Normalized_pixels_run_from_minus_one_to_one_channel_by_channel()
    {
        var pixels = new float[6];
        ImageSlicer.Normalize(new RgbImage(2, 1, [0, 255, 51, 255, 0, 102]), pixels);

        Assert.Equal([-1f, 1f, 1f, -1f, (0.2f - 0.5f) / 0.5f, (0.4f - 0.5f) / 0.5f], pixels);
    }

    /// <summary>The picture of make_images.py.</summary>
    private static RgbImage Pattern(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (int y = 0, at = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < 3; c++, at++)
                {
                    image.Pixels[at] = (byte)((x / 16 + y / 16) % 3 == 0
                        ? (x / 5 + y / 7 + c) % 2 * 255
                        : (x * 37 + y * 101 + c * 53 + x * y * (c + 1)) % 256);
                }
            }
        }
        return image;
    }
}
