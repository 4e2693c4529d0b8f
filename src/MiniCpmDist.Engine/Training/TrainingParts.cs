using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Training.Recovery;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Engine.Training.Steps;

namespace MiniCpmDist.Engine.Training;

/// <summary>What the loop puts one after the other; all of them on all ranks.</summary>
/// <param name="Step">The update.</param>
/// <param name="HeldOut">The evaluation.</param>
/// <param name="Comparison">Holds the ranks' parameters to each other.</param>
/// <param name="Checkpoints">Saves.</param>
/// <param name="Recovery">Says what is to be done about numbers that cannot be used.</param>
internal sealed record TrainingParts(
    ITrainingStep Step, HeldOutEvaluation HeldOut, ParameterComparison Comparison, RunCheckpoints Checkpoints,
    RunRecovery Recovery);
