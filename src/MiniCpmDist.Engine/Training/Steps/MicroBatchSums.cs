namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>
/// What a micro-batch, or one strand of it, sums up to: the objective, that of each of its sequences, and each measure.
/// </summary>
/// <param name="Numbers">All of them in this order, among those of the step.</param>
/// <param name="Sequences">Of the micro-batch.</param>
internal readonly record struct MicroBatchSums(Memory<double> Numbers, int Sequences)
{
    /// <summary>The sum of the objective.</summary>
    public double Objective
    {
        get => Numbers.Span[0];
        set => Numbers.Span[0] = value;
    }

    public Span<double> BySequence => Numbers.Span.Slice(1, Sequences);

    public Span<double> Measured => Numbers.Span[(1 + Sequences)..];

    /// <summary>How many numbers these are.</summary>
    public static int Count(int sequences, int measures) => 1 + sequences + measures;
}
