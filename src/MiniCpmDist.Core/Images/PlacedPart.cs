namespace MiniCpmDist.Core.Images;

/// <summary>A part of a picture, and where its features stand.</summary>
/// <param name="Part">Its pixels.</param>
/// <param name="Position">The first of the neighbouring positions that take its features.</param>
public sealed record PlacedPart(RgbImage Part, long Position);
