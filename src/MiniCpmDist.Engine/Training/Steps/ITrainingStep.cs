namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>One optimizer update, as the loop asks for it.</summary>
internal interface ITrainingStep : IDisposable
{
    /// <summary>
    /// Runs the update on all ranks; runs it on none if loss or norm are not finite, or if the ranks differ.
    /// </summary>
    /// <param name="plan">What it is given.</param>
    /// <param name="compare">Compare the ranks' parameters, as backward has used them.</param>
    StepResult RunCollective(StepPlan plan, bool compare = false);
}
