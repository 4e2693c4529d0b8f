using MiniCpmDist.Data.TokenFolders;

namespace MiniCpmDist.Engine.Objectives;

/// <summary>Pairs of answers with what the reference says of them.</summary>
/// <param name="Tokens">The micro-batch.</param>
/// <param name="References">The reference's log-probability of each answer, in the order of the answers.</param>
internal sealed record PreferenceBatch(MicroBatch Tokens, IReadOnlyList<float> References)
    : MicroBatch(Tokens.Ids, Tokens.Targets, Tokens.SegmentLengths, Tokens.Rows);
