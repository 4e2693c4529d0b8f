using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Engine.Training;
using MiniCpmDist.Engine.Training.Steps;

namespace MiniCpmDist.Engine.Tests.Steps;

/// <summary>Plans for tests that drive a step without the loop.</summary>
internal static class StepPlans
{
    /// <summary>Step <paramref name="step"/> of a run over its first source, whose steps are all of one size.</summary>
    public static StepPlan Of(TrainingSession session, int step, int sequences, double learningRate)
    {
        long[] weights = [1, .. new long[session.Data.Sources.Count - 1]];
        var (_, cursor) = session.Data.Order.Draw(DataCursor.Start(weights), (step - 1) * sequences);
        var (places, after) = session.Data.Order.Draw(cursor, sequences);
        return new StepPlan(step, places, learningRate, session.Data.Order.Draw(after, sequences).Places);
    }
}
