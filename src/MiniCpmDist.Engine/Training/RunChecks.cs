using System.Globalization;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// What must fit together before a step is taken: world and lanes, data and model, checkpoint and configuration.
/// </summary>
internal static class RunChecks
{
    /// <summary>Holds world and data to the configuration and opens both splits.</summary>
    /// <exception cref="ConfigurationException">Something is wrong, here or before; nothing stays open.</exception>
    public static (TokenDataset Train, TokenDataset HeldOut) Open(
        RunOptions options, int worldSize, FaultCollector faults)
    {
        WorldSize(faults, options.Parallel.Lanes, worldSize);
        var data = options.Data;
        var train = faults.Try(() => TokenDataset.Open(data.Train, "train"));
        var heldOut = faults.Try(() => TokenDataset.Open(data.HeldOut, "held-out"));
        Data(faults, options, train, heldOut);
        if (faults.Any)
        {
            train?.Dispose();
            heldOut?.Dispose();
            faults.ThrowIfAny();
        }
        return (train!, heldOut!);
    }

    public static void WorldSize(FaultCollector faults, int lanes, int worldSize)
    {
        // A number of lanes that no tree has is a fault of the file, which has been told by now.
        if (!LaneTree.Accepts(lanes))
            return;
        var tree = new LaneTree(lanes);
        if (!tree.Fits(worldSize))
        {
            var nearest = Nearest(tree.WorldSizes, worldSize);
            faults.Add(
                "parallel.lanes", $"a world size that divides the {lanes} lanes: {string.Join(", ", tree.WorldSizes)}",
                $"{worldSize} ranks", $"start {nearest} ranks (mpirun -n {nearest}), or change parallel.lanes");
        }
    }

    public static void Data(FaultCollector faults, RunOptions options, TokenDataset? train, TokenDataset? heldOut)
    {
        if (train is not null && train.VocabularySize > options.Model.Shape.VocabularySize)
        {
            faults.Add(
                "model.vocab_size",
                $"at least the {train.VocabularySize} pieces of the tokenizer of {options.Data.Train}",
                options.Model.Shape.VocabularySize.ToString(CultureInfo.InvariantCulture),
                $"set model.vocab_size to {train.VocabularySize}, or build the data with a smaller tokenizer");
        }
        if (train is not null && heldOut is not null && train.TokenizerHash != heldOut.TokenizerHash)
        {
            faults.Add(
                "data.held_out",
                $"data of the same tokenizer as {options.Data.Train}",
                $"another tokenizer in {options.Data.HeldOut}",
                "build both with the same --tokenizer");
        }
        RequireLength(faults, options.Data, train);
        RequireLength(faults, options.Data, heldOut);
        RequireSequences(faults, "data.train", train, options.Parallel.MicroBatch);
        RequireSequences(faults, "data.held_out", heldOut, 1);
    }

    /// <summary>
    /// Refuses a configuration that would continue the checkpoint with other bits; names every such key.
    /// </summary>
    public static void Resume(
        CheckpointState saved, IReadOnlyDictionary<string, string> configured, string checkpoint)
    {
        var faults = new FaultCollector();
        foreach (var (key, now) in configured)
        {
            var before = saved.Fixed.GetValueOrDefault(key, "nothing");
            faults.Require(
                before == now, key, $"{before}, as in {checkpoint}", now,
                $"set it back to {before}; this key cannot change within a run, nor from a trunk to its branch");
        }
        faults.ThrowIfAny();
    }

    private static void RequireLength(FaultCollector faults, DataOptions data, TokenDataset? dataset)
    {
        if (dataset is not null && dataset.SequenceLength != data.SequenceLength)
        {
            faults.Add(
                "data.sequence_length", $"{dataset.SequenceLength}, to which {dataset.Folder} was packed",
                data.SequenceLength.ToString(CultureInfo.InvariantCulture),
                $"set it to {dataset.SequenceLength}, or build the data with --sequence-length {data.SequenceLength}");
        }
    }

    private static void RequireSequences(FaultCollector faults, string key, TokenDataset? dataset, int minimum)
    {
        if (dataset is not null && dataset.SequenceCount < minimum)
        {
            faults.Add(
                key, $"at least {minimum} whole sequence(s)", $"{dataset.SequenceCount}",
                "build it from more text, or with a smaller --sequence-length");
        }
    }

    private static int Nearest(IEnumerable<int> sizes, int wanted) => sizes.MinBy(size => Math.Abs(size - wanted));
}
