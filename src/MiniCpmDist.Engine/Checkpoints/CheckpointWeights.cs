using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>Reads the model of any checkpoint whole: adapters are added to the weights of their base.</summary>
internal static class CheckpointWeights
{
    /// <exception cref="ConfigurationException">The base is not there, or not the one that adapters belong to.
    /// </exception>
    public static void Load(CheckpointFolder checkpoint, ModelShape shape, FlatParameters parameters)
    {
        if (AdaptedTensors.IsAt(checkpoint.Path))
            PretrainedWeights.Open(checkpoint.Path, shape, tokenizerHash: null).Load(parameters);
        else
            CheckpointLoader.LoadModel(checkpoint, parameters);
    }
}
