using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Runs.Folder;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training.Alignment;

/// <summary>
/// Computes what the reference says of every answer, once, by all ranks, and keeps it in the run's folder. A later
/// attempt reads it, and computes some of it again to see whether it is still true. The training's order of data and
/// its random numbers do not know of it.
/// </summary>
internal sealed class ReferencePass(
    RunOptions options, ICommunicator communicator, RunData data, MiniCpmForCausalLM model, FlatParameters parameters)
{
    private const string FolderName = "reference";
    private const int MicroBatchesOfBlock = 64;

    /// <summary>Takes the values of all splits. Afterwards the model has the reference's weights.</summary>
    /// <exception cref="ConfigurationException">The reference is not there, damaged or not finite; or its file says
    /// something else than the model does now.</exception>
    public ReferenceTable TakeCollective(RunFolder folder)
    {
        var weights = LoadReference(folder);
        var table = new ReferenceTable();
        foreach (var (source, i) in data.Sources.Select((source, i) => (source, i)))
        {
            AddCollective(table, folder, weights, $"{source.Name}-train", source.Train);
            if (source.HeldOut.SequenceCount > 0)
                AddCollective(table, folder, weights, $"{source.Name}-held-out", source.HeldOut);
        }
        return table;
    }

    /// <summary>Gives the model the reference's weights, or adapters that change nothing.</summary>
    public PretrainedWeights LoadReference(RunFolder folder)
    {
        var weights = PretrainedWeights.Open(
            ParentModel.FolderOf(options, folder), options.Model.Shape, data.TokenizerHash);
        parameters.BeginWith(options.Seed, weights.Load);
        return weights;
    }

    private void AddCollective(
        ReferenceTable table, RunFolder folder, PretrainedWeights weights, string name, TokenDataset split)
    {
        var (path, first) = (Path.Combine(folder.Path, FolderName, name + ".f32"), ReferenceTable.Places(split));
        var key = Key(weights, split);
        var isKnown = communicator.BroadcastTextCollective(
            communicator.Rank == 0 && ReferenceFile.Read(path, key, first[^1]) is not null ? key : null) is not null;
        var values = isKnown ? ReferenceFile.Read(path, key, first[^1]) : null;
        if (isKnown)
        {
            RequireSame(path, values!, split);
        }
        else
        {
            values = ComputeCollective(split, first);
            if (communicator.Rank == 0)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                ReferenceFile.Write(path, key, values);
            }
            communicator.BarrierCollective();
        }
        table.Add(split, values!);
    }

    /// <summary>Everything that decides the values: weights, ids with template and masks, shapes, precision.</summary>
    private string Key(PretrainedWeights weights, TokenDataset split)
    {
        var text = string.Join(
            '\n', weights.Describe().Hashes, split.ContentHash, split.TokenizerHash,
            split.SequenceLength.ToString(CultureInfo.InvariantCulture),
            options.Parallel.MicroBatch.ToString(CultureInfo.InvariantCulture), options.Precision, options.Kernels,
            options.Device);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private float[] ComputeCollective(TokenDataset split, long[] first)
    {
        var values = new List<float>();
        // What ranks send each other is as long as a block, not as a split.
        var block = (long)options.Parallel.MicroBatch * communicator.WorldSize * MicroBatchesOfBlock;
        for (var start = 0L; start < split.SequenceCount; start += block)
            values.AddRange(ComputeCollective(split, first, start, Math.Min(start + block, split.SequenceCount)));
        return [.. values];
    }

    /// <summary>Ranks take the micro-batches of a block in turn.</summary>
    private IEnumerable<float> ComputeCollective(TokenDataset split, long[] first, long start, long end)
    {
        var (micro, at) = (options.Parallel.MicroBatch, first[start]);
        var values = new double[first[end] - at];
        var owners = new int[values.Length];
        for (var sequence = start; sequence < end; sequence += micro)
        {
            var owner = (int)((sequence - start) / micro % communicator.WorldSize);
            var place = (int)(first[sequence] - at);
            var count = (int)(first[Math.Min(sequence + micro, end)] - first[sequence]);
            owners.AsSpan(place, count).Fill(owner);
            if (owner != communicator.Rank)
                continue;
            var found = Measure(split, sequence);
            for (var i = 0; i < count; i++)
                values[place + i] = found[i];
        }
        return OrderedSums.GatherCollective(communicator, values, i => owners[i]).Select(value => (float)value);
    }

    /// <summary>
    /// A micro-batch of neighbours; at the end of a split it is filled up, so that all have one shape.
    /// </summary>
    private float[] Measure(TokenDataset split, long start)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        SequenceRef[] places =
        [
            .. Enumerable.Range(0, options.Parallel.MicroBatch)
                .Select(i => new SequenceRef(0, start + i < split.SequenceCount ? start + i : 0)),
        ];
        return new AnswerScores(model, MicroBatch.Read([split], places)).Measure();
    }

    private void RequireSame(string path, float[] values, TokenDataset split)
    {
        var found = Measure(split, 0);
        var count = Math.Min(found.Length, values.Length);
        for (var i = 0; i < count; i++)
        {
            if (found[i] == values[i])
                continue;
            throw new ConfigurationException([new Problem(
                path, $"the reference's log-probabilities as this machine computes them ({found[i]:R} for answer {i})",
                $"{values[i]:R}", "delete the file and resume: it was computed on another machine, or is damaged")]);
        }
    }
}
