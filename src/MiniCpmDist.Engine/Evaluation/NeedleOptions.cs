using MiniCpmDist.Core.Recall;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>What a model is asked about what stands far back.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Lengths">Tokens of documents.</param>
/// <param name="Depths">Where it stands, 0 to 1.</param>
/// <param name="Trials">Documents of each length and depth.</param>
/// <param name="Needles">Numbers that one question asks for, of <see cref="RecallKind.Needles"/>.</param>
/// <param name="Seed">Decides the documents.</param>
public sealed record NeedleOptions(
    RecallKind Kind, IReadOnlyList<int> Lengths, IReadOnlyList<double> Depths, int Trials, int Needles, ulong Seed);
