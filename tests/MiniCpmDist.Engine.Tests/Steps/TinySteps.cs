using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Training;

namespace MiniCpmDist.Engine.Tests.Steps;

/// <summary>The first steps of a run, without its folder and its loop.</summary>
internal static class TinySteps
{
    /// <summary>Loss and gradient norm of each step, from the initial weights of seed 1.</summary>
    public static (double Loss, double Norm)[] Train(
        RunOptions options, ICommunicator communicator, int steps, int sequences, double learningRate) =>
        Train(options, communicator, steps, sequences, learningRate, _ => { });

    /// <param name="options">The run.</param>
    /// <param name="communicator">The world.</param>
    /// <param name="steps">How many.</param>
    /// <param name="sequences">Of each step.</param>
    /// <param name="learningRate">Of each step.</param>
    /// <param name="atTheEnd">Looks at the session before it is disposed.</param>
    public static (double Loss, double Norm)[] Train(
        RunOptions options, ICommunicator communicator, int steps, int sequences, double learningRate,
        Action<TrainingSession> atTheEnd)
    {
        using var session = TrainingSession.Open(options, communicator);
        session.Parameters.Initialize(seed: 1);
        using var step = session.NewStep();
        var results = Enumerable.Range(1, steps)
            .Select(i => step.RunCollective(StepPlans.Of(session, i, sequences, learningRate)))
            .Select(result => (result.Loss, result.GradientNorm))
            .ToArray();
        atTheEnd(session);
        return results;
    }
}
