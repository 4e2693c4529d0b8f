using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Sharding;

/// <summary>Where one parameter lies in the flat buffers.</summary>
/// <param name="Spec">The parameter.</param>
/// <param name="Offset">Index of its first element.</param>
public sealed record Slot(ParameterSpec Spec, long Offset);
