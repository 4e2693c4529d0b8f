using Shape = MiniCpmDist.Core.ModelShape.ModelShape;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The model that a run trains.</summary>
/// <param name="Preset">The preset that it started from, or null where all dimensions were given.</param>
/// <param name="Shape">All dimensions and scales, overrides applied.</param>
public sealed record ModelOptions(string? Preset, Shape Shape);
