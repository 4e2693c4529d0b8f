using System.Text;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.ModelShape;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>
/// Writes a checkpoint: the model as a Hugging Face folder, the optimizer's moments in files cut by size, and the
/// manifest last. Rank 0 writes; the others bring their slices of the moments. The bytes do not depend on the
/// world size.
/// </summary>
public sealed class CheckpointWriter(
    ICommunicator communicator, LaneReduction reduction, FlatParameters parameters, FlatAdamW optimizer)
{
    /// <summary>Where an optimizer file is closed and the next one begun.</summary>
    public const long OptimizerFileBytes = 1L << 30;

    /// <summary>Saves what the next step depends on and returns when it is committed.</summary>
    /// <param name="checkpoints">The run's folder of checkpoints.</param>
    /// <param name="state">Position on the token axis and identity of the run.</param>
    /// <param name="shape">Written as <c>config.json</c>.</param>
    /// <param name="tokenizerPath">Copied beside the model.</param>
    /// <param name="sequenceLength">Tokens in a sequence, for <c>config.json</c>.</param>
    /// <param name="beforePublishing">Called on rank 0 when all is written and nothing can be seen; may refuse.</param>
    public CheckpointFolder SaveCollective(
        string checkpoints,
        CheckpointState state,
        ModelShape shape,
        string tokenizerPath,
        int sequenceLength,
        Action beforePublishing)
    {
        var target = CheckpointFolder.At(checkpoints, state.Step);
        var partial = target.Path + CheckpointFolder.PartialSuffix;
        var files = new List<ManifestFile>();
        if (communicator.Rank == 0)
        {
            Discard(partial);
            Directory.CreateDirectory(partial);
            files.AddRange(WriteModel(partial, shape, tokenizerPath, sequenceLength));
        }
        files.AddRange(WriteMomentsCollective(partial, OptimizerFiles.FirstMoments, optimizer.FirstMoments));
        files.AddRange(WriteMomentsCollective(partial, OptimizerFiles.SecondMoments, optimizer.SecondMoments));
        if (communicator.Rank == 0)
            Commit(target, partial, state, files, beforePublishing);
        communicator.BarrierCollective();
        return target;
    }

    private List<ManifestFile> WriteModel(string folder, ModelShape shape, string tokenizerPath, int sequenceLength) =>
    [
        DurableFile.Write(folder, "model.safetensors", stream => WriteSlots(
            stream, "", parameters.Layout.Slots, parameters.Values)),
        DurableFile.Write(folder, "config.json", stream => stream.Write(
            Encoding.UTF8.GetBytes(HuggingFaceConfig.Write(shape, sequenceLength, "float32")))),
        DurableFile.Write(folder, "tokenizer.model", stream => stream.Write(File.ReadAllBytes(tokenizerPath))),
    ];

    private List<ManifestFile> WriteMomentsCollective(string folder, string kind, FloatBuffer ownedSlice)
    {
        using var whole = new FloatBuffer(parameters.Layout.Length);
        whole.CopyFrom(ownedSlice, reduction.Owned.Offset);
        reduction.GatherCollective(whole);
        if (communicator.Rank != 0)
            return [];
        var names = OptimizerFiles.Cut(parameters.Layout.Slots, kind, OptimizerFileBytes);
        return [.. names.Select(file => DurableFile.Write(
            folder, file.Name, stream => WriteSlots(stream, kind + ".", file.Slots, whole)))];
    }

    private static void WriteSlots(Stream stream, string prefix, IReadOnlyList<Slot> slots, FloatBuffer values) =>
        SafeTensorsFile.Write(
            stream,
            [.. slots.Select(slot => (prefix + slot.Spec.Name, slot.Spec.Shape))],
            (index, first, block) => values.Span(slots[index].Offset + first, block.Length).CopyTo(block));

    private static void Commit(
        CheckpointFolder target, string partial, CheckpointState state, List<ManifestFile> files,
        Action beforePublishing)
    {
        files.Add(DurableFile.Write(partial, CheckpointState.FileName, stream => stream.Write(
            Encoding.UTF8.GetBytes(state.Write()))));
        FolderSync.Flush(partial);
        var manifest = new CheckpointManifest(state.Run, state.Step, state.Tokens, files);
        DurableFile.Write(partial, CheckpointFolder.ManifestName, stream => stream.Write(
            Encoding.UTF8.GetBytes(manifest.Write())));
        FolderSync.Flush(partial);
        beforePublishing();
        Publish(partial, target.Path);
    }

    /// <summary>
    /// Gives a complete folder its name. One of that name is there when a run was resumed from before it; it is moved
    /// aside rather than deleted first, so that there is never a moment with neither on the disk.
    /// </summary>
    private static void Publish(string partial, string target)
    {
        var replaced = target + ".replaced" + CheckpointFolder.PartialSuffix;
        Discard(replaced);
        if (Directory.Exists(target))
            Directory.Move(target, replaced);
        Directory.Move(partial, target);
        FolderSync.Flush(Path.GetDirectoryName(target)!);
        Discard(replaced);
    }

    private static void Discard(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
