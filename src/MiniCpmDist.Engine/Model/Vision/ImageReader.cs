using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Model;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Vision;

/// <summary>From pixels to features: parts of one size go through encoder and resampler together.</summary>
internal sealed class ImageReader(VisionShape shape, ImageEncoder encoder, Resampler resampler)
{
    /// <returns>Null where there are no parts; the caller's scope owns it.</returns>
    public ImageFeatures? Read(IReadOnlyList<PlacedPart> parts, ScalarType dtype)
    {
        if (parts.Count == 0)
            return null;
        using var scope = NewDisposeScope();
        var (features, rows) = (new List<Tensor>(), new List<long>());
        // In the order in which sizes first come, which is the same on every rank.
        foreach (var alike in parts.GroupBy(part => part.Part.Size))
        {
            PlacedPart[] group = [.. alike];
            var encoded = encoder.call(Pixels(group, alike.Key).to(dtype));
            var (down, across) = (alike.Key.Height / shape.Slices.Patch, alike.Key.Width / shape.Slices.Patch);
            features.Add(resampler.call(encoded, down, across).flatten(0, 1));          // [parts · queries, hidden]
            rows.AddRange(group.SelectMany(
                part => Enumerable.Range(0, shape.Queries).Select(query => part.Position + query)));
        }
        return new ImageFeatures(
            cat(features, 0).MoveToOuterDisposeScope(),
            tensor(rows.ToArray()).MoveToOuterDisposeScope());
    }

    private static Tensor Pixels(PlacedPart[] parts, PixelSize size)
    {
        var each = RgbImage.Channels * size.Width * size.Height;
        var pixels = new float[parts.Length * each];
        foreach (var (i, part) in parts.Index())
            ImageSlicer.Normalize(part.Part, pixels.AsSpan(i * each, each));
        return tensor(pixels, [parts.Length, RgbImage.Channels, size.Height, size.Width]);
    }
}
