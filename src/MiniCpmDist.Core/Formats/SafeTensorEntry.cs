namespace MiniCpmDist.Core.Formats;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Such as <c>model.norm.weight</c>.</param>
/// <param name="DType">As the format spells it: <c>F32</c>, <c>F64</c>, <c>BF16</c>, <c>I64</c>, ...</param>
/// <param name="Shape">Dimensions; none for a scalar.</param>
/// <param name="Begin">First byte, counted from where the data starts.</param>
/// <param name="End">Byte after the last.</param>
public sealed record SafeTensorEntry(string Name, string DType, IReadOnlyList<long> Shape, long Begin, long End);
