namespace MiniCpmDist.Core.History;

/// <summary>Something that a run has journaled, in words.</summary>
/// <param name="Number">Counted from 1 in the history.</param>
/// <param name="Kind">The journal's word, such as <c>checkpoint</c>.</param>
/// <param name="Step">The update that it concerns.</param>
/// <param name="Tokens">Sequence positions consumed before it.</param>
/// <param name="Text">A short sentence; may come from whoever sent a command, so never markup.</param>
public sealed record HistoryEvent(long Number, string Kind, long Step, long Tokens, string Text);
