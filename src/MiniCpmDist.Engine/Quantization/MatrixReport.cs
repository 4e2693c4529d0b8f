using System.Text.Json.Serialization;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>What four bits cost a matrix, as a share of its output on the calibration sequences.</summary>
/// <param name="Name">Of the parameter.</param>
/// <param name="Error">‖(W - Ŵ)X‖² / ‖WX‖².</param>
/// <param name="NearestError">The same where each weight is rounded by itself.</param>
/// <param name="StudyError">The same with the paper's grid; null where nobody asked.</param>
/// <param name="Damping">Share of the mean diagonal that was added to the diagonal.</param>
public sealed record MatrixReport(
    string Name, double Error, double NearestError, double? StudyError, double Damping)
{
    /// <summary>
    /// True of an expert's matrix that no token of the calibration has reached: it was rounded, and the errors are
    /// those of its weights.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsUnseen { get; init; }
}
