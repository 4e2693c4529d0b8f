using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>Loads a committed checkpoint's tensors at any world size. The caller verifies its files first.</summary>
public static class CheckpointLoader
{
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
}
