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
    /// <summary>
    /// The parameter of the checkpoint that one of the model is read from; null where it stays as it is.
    /// </summary>
    public delegate string? SourceOf(string name);

    /// <summary>Reads the model part, or the adapters, into the flat parameters.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="parameters">Of the model.</param>
    /// <param name="sourceOf">Null where the checkpoint is of the same model.</param>
    public static void LoadModel(
        CheckpointFolder checkpoint, FlatParameters parameters, SourceOf? sourceOf = null)
    {
        var (name, prefix) = parameters.AreAdapters
            ? (AdapterConfig.WeightsName, AdapterConfig.Prefix)
            : (TensorFile.ModelName, "");
        Load([Path.Combine(checkpoint.Path, name)], prefix, parameters.Layout, sourceOf, (slot, first, block) =>
            parameters.Write(slot.Offset + first, block));
    }

    /// <summary>Reads the owned parts of the optimizer's moments.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="layout">Of the flat buffers.</param>
    /// <param name="optimizer">Takes the moments.</param>
    /// <param name="owned">The parts of this rank.</param>
    /// <param name="sourceOf">Null where the checkpoint is of the same model.</param>
    public static void LoadOptimizer(
        CheckpointFolder checkpoint, FlatLayout layout, FlatAdamW optimizer, RankSlices owned,
        SourceOf? sourceOf = null)
    {
        LoadMoments(checkpoint, OptimizerFiles.FirstMoments, layout, optimizer.FirstMoments, owned, sourceOf);
        LoadMoments(checkpoint, OptimizerFiles.SecondMoments, layout, optimizer.SecondMoments, owned, sourceOf);
    }

    private static void LoadMoments(
        CheckpointFolder checkpoint,
        string kind,
        FlatLayout layout,
        FlatBuffer moments,
        RankSlices owned,
        SourceOf? sourceOf)
    {
        var manifest = CheckpointManifest.Read(InputFile.ReadText(checkpoint.ManifestPath), checkpoint.ManifestPath);
        var paths = OptimizerFiles.Of(manifest, kind).Select(name => Path.Combine(checkpoint.Path, name));
        Load(paths, kind + ".", layout, sourceOf, (slot, first, block) =>
        {
            var start = slot.Offset + first;
            foreach (var (offset, place, count) in owned.Within(start, block.Length))
                moments.Write(place, block.Slice((int)(offset - start), (int)count));
        });
    }

    private delegate void BlockSink(Slot slot, long first, ReadOnlySpan<float> block);

    private static void Load(
        IEnumerable<string> paths, string prefix, FlatLayout layout, SourceOf? sourceOf, BlockSink sink)
    {
        // Several parameters may be copies of one.
        var slots = layout.Slots
            .Select(slot => (Slot: slot, Source: sourceOf is null ? slot.Spec.Name : sourceOf(slot.Spec.Name)))
            .Where(entry => entry.Source is not null)
            .ToLookup(entry => prefix + entry.Source, entry => entry.Slot);
        var missing = slots.Select(copies => copies.Key).ToHashSet();
        var last = "";
        foreach (var path in paths)
        {
            last = path;
            SafeTensorsFile.Read(path, (entry, first, block) =>
            {
                var copies = slots[entry.Name];
                if (sourceOf is not null && !copies.Any())
                    return;
                if (!copies.Any(slot => slot.Spec.Shape.SequenceEqual(entry.Shape)))
                {
                    throw new ConfigurationException(
                        $"Expected the tensors of this run's model in {path}, "
                        + $"found {entry.Name} [{string.Join(", ", entry.Shape)}].");
                }
                missing.Remove(entry.Name);
                foreach (var slot in copies)
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
