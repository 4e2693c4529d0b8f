namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>data</c> section.</summary>
internal static class DataReader
{
    /// <returns>Null, with a fault, where the path of the data is missing.</returns>
    public static DataOptions? Read(YamlSection section, int sequenceLength, TokenAxis axis)
    {
        var train = section.RequiredText("train", "a folder that `minicpm data build` made", "data/c4");
        var heldOut = section.Text("held_out") ?? train;
        var every = axis.Interval(section, "evaluate_every");
        var sequences = section.Whole("evaluate_sequences", 64, 1);
        section.Finish();
        return train is null || heldOut is null ? null : new DataOptions
        {
            Train = train,
            HeldOut = heldOut,
            SequenceLength = sequenceLength,
            EvaluateEvery = every,
            EvaluateSequences = sequences,
        };
    }
}
