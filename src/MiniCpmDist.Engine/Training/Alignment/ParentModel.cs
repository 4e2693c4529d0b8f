using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Engine.Training.Alignment;

/// <summary>The model that a run of alignment begins with: its reference, and the base of its adapters.</summary>
internal static class ParentModel
{
    /// <summary>The folder of its weights.</summary>
    /// <exception cref="ConfigurationException">The parent has no such checkpoint any more.</exception>
    public static string FolderOf(RunOptions options, RunFolder folder)
    {
        if (options.Parent is not { } parent)
            return options.InitFrom!;
        var run = new RunFolder(Path.GetFullPath(parent.Run, Path.GetFullPath(folder.Path)));
        return RunStart.AtStep(run, parent.Step).Path;
    }

    /// <summary>Reads the weights that adapters are of.</summary>
    /// <returns>What checkpoints say of them.</returns>
    /// <exception cref="ConfigurationException">They are not there, or do not fit the model.</exception>
    public static AdapterBase LoadBase(
        RunOptions options, RunFolder folder, string tokenizerHash, FlatParameters parameters)
    {
        var weights = PretrainedWeights.Open(FolderOf(options, folder), options.Model.Shape, tokenizerHash);
        weights.Load(parameters);
        return new AdapterBase(
            options.Alignment.Lora!, weights.Folder, weights.Files, isBeside: options.Parent is not null);
    }
}
