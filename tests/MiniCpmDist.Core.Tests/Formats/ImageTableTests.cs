using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Images;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class ImageTableTests
{
    private const int Length = 40;
    private const int Queries = 4;
    private const int Patch = 2;

    [Fact]
    public void Parts_are_read_as_they_were_written()
    {
        var random = new Random(1);
        for (var round = 0; round < 100; round++)
        {
            PlacedPart[] parts =
            [
                .. Enumerable.Range(0, random.Next(6)).Select(i => new PlacedPart(
                    Random(random, 2 * random.Next(1, 5), 2 * random.Next(1, 5)), 6 * i + random.Next(3))),
            ];

            var read = ImageTable.Read(ImageTable.Write(parts), Length, Queries, Patch);

            Assert.Equal(parts.Length, read.Count);
            foreach (var (expected, found) in parts.Zip(read))
            {
                Assert.Equal((expected.Position, expected.Part.Size), (found.Position, found.Part.Size));
                Assert.Equal(expected.Part.Pixels, found.Part.Pixels);
            }
        }
    }

    [Fact]
    public void Changed_bytes_are_read_as_other_parts_of_the_sequence_or_refused_and_never_fail_otherwise()
    {
        var random = new Random(2);
        var whole = ImageTable.Write([new(Random(random, 4, 6), 1), new(Random(random, 2, 2), 20)]);
        for (var round = 0; round < 5000; round++)
        {
            var damaged = whole[..random.Next(whole.Length + 1)];
            for (var changes = random.Next(3); changes > 0 && damaged.Length > 0; changes--)
                damaged[random.Next(Math.Min(damaged.Length, 28))] = (byte)random.Next(256);
            try
            {
                var parts = ImageTable.Read(damaged, Length, Queries, Patch);
                Assert.All(parts, part => Assert.InRange(part.Position, 0, Length - Queries));
            }
            catch (FormatException)
            {
                // Refused.
            }
        }
    }

    private static RgbImage Random(Random random, int width, int height)
    {
        var image = new RgbImage(width, height);
        random.NextBytes(image.Pixels);
        return image;
    }
}
