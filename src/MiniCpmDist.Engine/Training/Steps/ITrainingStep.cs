namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>One optimizer update, as the loop asks for it.</summary>
internal interface ITrainingStep : IDisposable
{
    /// <summary>
    /// Runs the update on all ranks; where loss or norm are no finite numbers, or the ranks were not alike, on none.
    /// </summary>
    /// <param name="plan">What it is given.</param>
    /// <param name="compare">Hold the ranks' parameters to each other, as backward has used them.</param>
    StepResult RunCollective(StepPlan plan, bool compare = false);
}
