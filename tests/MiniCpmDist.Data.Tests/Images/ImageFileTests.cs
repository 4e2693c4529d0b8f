using System.Buffers.Binary;
using System.IO.Hashing;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Images;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Images;

public sealed class ImageFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Files that Pillow wrote, and the size and SHA-256 of what it reads in them.</summary>
    public static TheoryData<string, int, int, string> FromPillow
    {
        get
        {
            var data = new TheoryData<string, int, int, string>();
            using var stored = JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden, "..", "images.json")));
            foreach (var file in stored.RootElement.GetProperty("decoded").EnumerateObject())
            {
                data.Add(
                    file.Name, file.Value.GetProperty("width").GetInt32(), file.Value.GetProperty("height").GetInt32(),
                    file.Value.GetProperty("sha256").GetString()!);
            }
            return data;
        }
    }

    private static string Golden => Path.Combine(
        typeof(ImageFileTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "RepositoryRoot").Value!, "tests", "golden", "images");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(FromPillow))]
    public void Every_pixel_of_a_file_is_the_one_that_Pillow_reads(string name, int width, int height, string hash)
    {
        var image = ImageFile.Read(Path.Combine(Golden, name));

        Assert.Equal(new PixelSize(width, height), image.Size);
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(image.Pixels)));
    }

    [Theory]
    [InlineData("animation.webp", "expected one picture, found an animation of 2 pictures")]
    [InlineData("still.gif", "expected a picture in JPEG, PNG or WebP, found GIF; convert it")]
    [InlineData("still.bmp", "expected a picture in JPEG, PNG or WebP, found BMP; convert it")]
    public void What_is_no_single_picture_of_the_three_formats_is_refused(string name, string sentence) =>
        Assert.Contains(sentence, Refusal(Path.Combine(Golden, name)), StringComparison.Ordinal);

    [Fact]
    public void An_animated_png_is_refused_although_its_decoder_sees_one_picture()
    {
        // The chunk that says how many pictures there are stands after the header, whose length is fixed.
        const int AfterHeader = 33;
        byte[] chunk = [.. "acTL"u8, 0, 0, 0, 2, 0, 0, 0, 0];
        var sum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(chunk));
        var still = File.ReadAllBytes(Path.Combine(Golden, "rgb.png"));
        var file = _folder.Path("animated.png");
        File.WriteAllBytes(
            file, [.. still[..AfterHeader], 0, 0, 0, 8, .. chunk, .. sum, .. still[AfterHeader..]]);

        Assert.Contains("expected one picture, found an animation", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rgb.png")]
    [InlineData("quarter-color.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("lossless.webp")]
    [InlineData("lossy.webp")]
    public void A_file_that_ends_early_is_refused_wherever_it_ends(string name)
    {
        var whole = File.ReadAllBytes(Path.Combine(Golden, name));
        // The last bytes are the mark of the end, without which the picture is whole.
        for (var bytes = 0; bytes < whole.Length * 3 / 4; bytes += 7)
            Assert.NotEmpty(Refusal(_folder.Write(name, whole[..bytes])));
    }

    [Fact]
    public void A_small_file_that_claims_many_pixels_is_refused_before_they_take_memory()
    {
        var content = File.ReadAllBytes(Path.Combine(Golden, "rgb.png"));
        var header = content.AsSpan(12, 17);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], 60_000);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], 50_000);
        BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(29), Crc32.HashToUInt32(header));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refusal = Refusal(_folder.Write("bomb.png", content));

        Assert.Contains("expected 67,108,864 pixels at most, found 60000 x 50000", refusal, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("This is no picture.", "19 bytes that are none")]
    public void What_is_no_picture_is_told_with_its_name(string content, string found)
    {
        var refusal = Refusal(_folder.Write("a.jpg", content));

        Assert.Contains("a.jpg: expected a picture in JPEG, PNG or WebP, found " + found, refusal,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_with_changed_bytes_is_read_or_refused_and_never_fails_otherwise()
    {
        var random = new Random(31);
        foreach (var file in Directory.GetFiles(Golden))
        {
            var whole = File.ReadAllBytes(file);
            for (var round = 0; round < 20; round++)
            {
                var damaged = (byte[])whole.Clone();
                for (var changes = random.Next(1, 6); changes > 0; changes--)
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                try
                {
                    ImageFile.Decode(damaged, "damaged");
                }
                catch (ConfigurationException refusal)
                {
                    Assert.Single(refusal.Problems);
                }
            }
        }
    }

    private static string Refusal(string path) =>
        Assert.Throws<ConfigurationException>(() => ImageFile.Read(path)).Message;
}
