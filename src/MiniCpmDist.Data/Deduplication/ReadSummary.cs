using MiniCpmDist.Data.Building;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>What the first stage tells of a unit.</summary>
/// <param name="Spans">What was read.</param>
/// <param name="Documents">Its documents.</param>
/// <param name="Bytes">UTF-8 bytes of their texts.</param>
/// <param name="Quarantined">Lines that gave no text.</param>
/// <param name="Against">Documents that share an n-gram with an evaluation set.</param>
internal sealed record ReadSummary(
    IReadOnlyList<UnitSpan> Spans, int Documents, long Bytes, long Quarantined, long Against);
