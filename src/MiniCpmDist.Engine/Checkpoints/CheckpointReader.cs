using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Files;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>Loads a committed checkpoint at any world size; every file is held to the manifest's hash first.</summary>
public static class CheckpointReader
{
    /// <summary>
    /// Compares every file with the manifest, and the manifest with what a checkpoint must have: the faults name the
    /// files that differ and what is missing (<see cref="CheckpointCompleteness"/>).
    /// </summary>
    public static CheckpointManifest Verify(CheckpointFolder checkpoint)
    {
        var manifest = CheckpointManifest.Read(InputFile.ReadText(checkpoint.ManifestPath), checkpoint.ManifestPath);
        var faults = new FaultCollector();
        CheckpointCompleteness.RequireNames(checkpoint, manifest, faults);
        foreach (var fault in manifest.Files.Select(expected => Check(checkpoint.Path, expected)).OfType<Fault>())
            faults.Add(fault);
        faults.ThrowIfAny();
        CheckpointCompleteness.RequireContents(checkpoint, manifest, faults);
        faults.ThrowIfAny();
        return manifest;
    }

    /// <summary>The same, and that it is a checkpoint of this run and of the step that its folder says.</summary>
    public static CheckpointManifest VerifyOf(string run, CheckpointFolder checkpoint)
    {
        var manifest = Verify(checkpoint);
        var faults = new FaultCollector();
        faults.Require(
            manifest.Run == run, checkpoint.ManifestPath, $"a checkpoint of the run {run}", $"one of {manifest.Run}",
            "move it to where it belongs");
        faults.Require(
            manifest.Step == checkpoint.Step, checkpoint.ManifestPath, $"step {checkpoint.Step}, as the folder says",
            $"step {manifest.Step}", "give the folder its name back");
        faults.ThrowIfAny();
        return manifest;
    }

    /// <summary>Reads the model part into the flat parameters.</summary>
    public static void LoadModel(CheckpointFolder checkpoint, FlatParameters parameters)
    {
        var path = Path.Combine(checkpoint.Path, "model.safetensors");
        Load([path], "", parameters.Layout, (slot, first, block) =>
            parameters.Write(slot.Offset + first, block));
    }

    /// <summary>Reads the owned parts of the optimizer's moments.</summary>
    public static void LoadOptimizer(
        CheckpointFolder checkpoint, FlatLayout layout, FlatAdamW optimizer, RankSlices owned)
    {
        LoadMoments(checkpoint, OptimizerFiles.FirstMoments, layout, optimizer.FirstMoments, owned);
        LoadMoments(checkpoint, OptimizerFiles.SecondMoments, layout, optimizer.SecondMoments, owned);
    }

    public static CheckpointState LoadState(CheckpointFolder checkpoint) =>
        CheckpointState.Read(Path.Combine(checkpoint.Path, CheckpointState.FileName));

    private static void LoadMoments(
        CheckpointFolder checkpoint,
        string kind,
        FlatLayout layout,
        FlatBuffer moments,
        RankSlices owned)
    {
        var manifest = CheckpointManifest.Read(InputFile.ReadText(checkpoint.ManifestPath), checkpoint.ManifestPath);
        var paths = OptimizerFiles.Of(manifest, kind).Select(name => Path.Combine(checkpoint.Path, name));
        Load(paths, kind + ".", layout, (slot, first, block) =>
        {
            var start = slot.Offset + first;
            foreach (var (offset, place, count) in owned.Within(start, block.Length))
                moments.Write(place, block.Slice((int)(offset - start), (int)count));
        });
    }

    private delegate void BlockSink(Slot slot, long first, ReadOnlySpan<float> block);

    private static void Load(IEnumerable<string> paths, string prefix, FlatLayout layout, BlockSink sink)
    {
        var slots = layout.Slots.ToDictionary(slot => prefix + slot.Spec.Name);
        var missing = slots.Keys.ToHashSet();
        var last = "";
        foreach (var path in paths)
        {
            last = path;
            SafeTensorsFile.Read(path, (entry, first, block) =>
            {
                if (!slots.TryGetValue(entry.Name, out var slot) || !slot.Spec.Shape.SequenceEqual(entry.Shape))
                {
                    throw new ConfigurationException(
                        $"Expected the tensors of this run's model in {path}, "
                        + $"found {entry.Name} [{string.Join(", ", entry.Shape)}].");
                }
                missing.Remove(entry.Name);
                sink(slot, first, block);
            });
        }
        if (missing.Count > 0)
        {
            throw new ConfigurationException(
                $"Expected {missing.First()} in {last}; it is not there ({missing.Count} tensors are missing).");
        }
    }

    private static Fault? Check(string folder, ManifestFile expected)
    {
        var path = Path.Combine(folder, expected.Name);
        const string Advice = "resume from an earlier checkpoint, or copy this one again";
        if (!File.Exists(path))
            return new Fault(path, "the file that MANIFEST names", "no such file", Advice);
        var kind = RegularFile.KindOf(path);
        if (kind != FileKind.RegularFile)
            return new Fault(path, "a regular file", RegularFile.Describe(kind), Advice);
        // The size first: a file that has grown without bounds is not read to its end.
        var bytes = new FileInfo(path).Length;
        if (bytes != expected.Bytes)
            return new Fault(path, $"{expected.Bytes} bytes", $"{bytes} bytes", Advice);
        var found = DurableFile.Describe(folder, expected.Name);
        return found == expected
            ? null
            : new Fault(
                path,
                $"{expected.Bytes} bytes with SHA-256 {expected.Sha256}",
                $"{found.Bytes} bytes with {found.Sha256}",
                Advice);
    }
}
