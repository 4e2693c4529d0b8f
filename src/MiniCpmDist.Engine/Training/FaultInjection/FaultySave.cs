using MiniCpmDist.Core.Formats;
using MiniCpmDist.Engine.Checkpoints;

namespace MiniCpmDist.Engine.Training.FaultInjection;

/// <summary>A save in whose stages planned faults strike; made only where something is planned.</summary>
/// <param name="inner">The save.</param>
/// <param name="planned">For this rank.</param>
/// <param name="step">Whose checkpoint is saved.</param>
internal sealed class FaultySave(ISaveStages inner, PlannedFaults planned, long step) : ISaveStages
{
    public void MakeFolder() => inner.MakeFolder();

    public IEnumerable<long> Write()
    {
        foreach (var bytes in inner.Write())
        {
            planned.Strike(FaultPlace.Write, step);
            yield return bytes;
        }
    }

    public IReadOnlyList<ManifestFile?> Hash() => inner.Hash();

    public void Commit(IReadOnlyList<ManifestFile> tensors)
    {
        planned.Strike(FaultPlace.Commit, step);
        inner.Commit(tensors);
        planned.Strike(FaultPlace.Published, step);
    }

    public void Abandon() => inner.Abandon();
}
