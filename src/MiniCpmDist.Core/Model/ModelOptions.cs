using Shape = MiniCpmDist.Core.Model.ModelShape;

namespace MiniCpmDist.Core.Model;

/// <summary>The model that a run trains.</summary>
/// <param name="Preset">The preset that it started from, or null where all dimensions were given.</param>
/// <param name="Shape">All dimensions and scales, overrides applied.</param>
public sealed record ModelOptions(string? Preset, Shape Shape);
