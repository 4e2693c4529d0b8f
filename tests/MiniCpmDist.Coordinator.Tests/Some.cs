using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>Examples.</summary>
internal static class Some
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Every field differs from every other and from its default.</summary>
    public static RunStatus Status(long step) => new(
        "quickstart", step, 480, step * 2048, 7.25 + 1.0 / 3.0, 0.01, 2048, PhaseKind.Stable, 12345.5, 2, 100);
}
