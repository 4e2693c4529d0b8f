using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Recovery;

namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>
/// Where a run stands between two steps: everything that the next step depends on besides weights and moments.
/// </summary>
/// <param name="Step">Updates done.</param>
/// <param name="Tokens">Sequence positions consumed.</param>
/// <param name="Cursor">How far its sources are read.</param>
/// <param name="Schedule">What it follows.</param>
/// <param name="Health">What its last steps say about how it is doing.</param>
public sealed record RunPosition(long Step, long Tokens, DataCursor Cursor, ScheduleState Schedule, RunHealth Health);
