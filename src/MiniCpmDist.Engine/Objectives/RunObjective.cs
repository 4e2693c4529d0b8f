namespace MiniCpmDist.Engine.Objectives;

/// <summary>
/// Which objective a run trains with and is evaluated with. Another training method is chosen here, and told from this
/// one by a key of the run's configuration.
/// </summary>
public static class RunObjective
{
    /// <summary>The objective of pre-training.</summary>
    public static IObjective PreTraining { get; } = new NextTokenObjective();

    /// <summary>That of fine-tuning: the same, because the data say which tokens bear loss.</summary>
    public static IObjective FineTuning { get; } = new NextTokenObjective("answer_loss");
}
