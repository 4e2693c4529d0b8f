using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Engine.Quantization;

/// <summary>One sequence of the calibration.</summary>
/// <param name="Index">In its data folder.</param>
/// <param name="Ids">Its tokens, without what fills a sequence up at its end.</param>
/// <param name="Segments">Lengths of the stretches that do not see each other.</param>
public sealed record CalibrationSequence(long Index, long[] Ids, SegmentLengths Segments);
