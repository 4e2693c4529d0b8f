namespace MiniCpmDist.Core.Runs;

/// <summary>One evaluation on held-out data; a line of <c>metrics.jsonl</c>.</summary>
/// <param name="Step">Updates done before it.</param>
/// <param name="Tokens">Sequence positions trained on before it.</param>
/// <param name="Loss">Mean over the evaluated tokens of all sources, in nats.</param>
/// <param name="Sequences">How many were evaluated; always the same ones.</param>
/// <param name="Attempt">Which start of the run evaluated, from 1.</param>
/// <param name="Sources">The loss of each source, whether it is in the mixture or not.</param>
public sealed record HeldOutReport(
    long Step, long Tokens, double Loss, long Sequences, int Attempt, IReadOnlyList<SourceLoss> Sources)
{
    /// <summary>What the objective measures besides the loss; nothing for pre-training.</summary>
    public IReadOnlyList<Measure> Measures { get; init; } = [];
}
