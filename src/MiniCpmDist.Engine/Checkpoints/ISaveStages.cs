using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>
/// What one rank does for one checkpoint, while training goes on: three stages, and all ranks end each together.
/// </summary>
public interface ISaveStages
{
    /// <summary>Makes the folder that all ranks write into. Rank 0, before any other stage.</summary>
    void MakeFolder();

    /// <summary>
    /// First stage: this rank's part of every tensor file is on the disk when the enumeration ends.
    /// </summary>
    /// <returns>Bytes of each block, as soon as it is written.</returns>
    IEnumerable<long> Write();

    /// <summary>
    /// Second stage: reads this rank's share of the files again, as they lie on the disk, and hashes them.
    /// </summary>
    /// <returns>Entries of the manifest; null for the files of other ranks.</returns>
    IReadOnlyList<ManifestFile?> Hash();

    /// <summary>Last stage, on rank 0: the manifest, and the name under which the checkpoint can be seen.</summary>
    /// <param name="tensors">Entries of the tensor files, in their order.</param>
    void Commit(IReadOnlyList<ManifestFile> tensors);

    /// <summary>Takes away what a failed save has written; what cannot be taken away, the next save removes.</summary>
    void Abandon();
}
