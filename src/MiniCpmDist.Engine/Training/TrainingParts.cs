using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Training.Recovery;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Engine.Training.Steps;

namespace MiniCpmDist.Engine.Training;

/// <summary>The parts that the loop runs one after the other, all of them on all ranks.</summary>
/// <param name="Step">The update.</param>
/// <param name="HeldOut">The evaluation.</param>
/// <param name="Tasks">The evaluation on tasks.</param>
/// <param name="Comparison">Compares the ranks' parameters.</param>
/// <param name="Checkpoints">Saves.</param>
/// <param name="Recovery">Decides what is to be done about numbers that cannot be used.</param>
internal sealed record TrainingParts(
    ITrainingStep Step, HeldOutEvaluation HeldOut, TrainingTasks Tasks, ParameterComparison Comparison,
    RunCheckpoints Checkpoints, RunRecovery Recovery);
