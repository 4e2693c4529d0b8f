using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Cli.Charts;

/// <summary>
/// A stretch of the token axis, from the beginning of its first step to the end of its last, in one phase.
/// </summary>
internal readonly record struct PhaseSpan(PhaseKind Kind, long Begin, long End);
