namespace MiniCpmDist.Core.DataOrder;

/// <summary>A source of a run's data, as far as the order of reading is concerned.</summary>
/// <param name="Name">Decides its order together with the seed; the same text in another run's file means the same
/// source.</param>
/// <param name="SequenceCount">Sequences of one epoch; positive.</param>
/// <param name="WhenExhausted">What follows its first epoch.</param>
public sealed record OrderedSource(string Name, long SequenceCount, ExhaustionPolicy WhenExhausted);
