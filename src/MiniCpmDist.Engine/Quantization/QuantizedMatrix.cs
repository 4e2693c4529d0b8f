using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>A matrix in four bits, and what that costs on the calibration inputs.</summary>
/// <param name="Packed">As files hold it.</param>
/// <param name="Error">‖(W - Ŵ)X‖² / ‖WX‖² of GPTQ.</param>
/// <param name="NearestError">The same of rounding each weight by itself.</param>
/// <param name="StudyError">The same of GPTQ with the paper's grid, which no file holds; null where
/// nobody asked.</param>
/// <param name="Damping">The share of the mean diagonal that the factor took.</param>
internal sealed record QuantizedMatrix(
    GptqMatrix Packed, double Error, double NearestError, double? StudyError, double Damping)
{
    /// <summary>As <see cref="MatrixReport.IsUnseen"/>.</summary>
    public bool IsUnseen { get; init; }
}
