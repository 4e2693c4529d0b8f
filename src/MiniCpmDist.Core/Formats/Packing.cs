namespace MiniCpmDist.Core.Formats;

/// <summary>How documents fill the sequences of a data folder.</summary>
public enum Packing
{
    /// <summary>
    /// Documents follow each other without padding; attention and positions end with each. A document of k ids between
    /// its begin and its end is k + 1 positions: nothing is predicted from its end.
    /// </summary>
    Isolate,

    /// <summary>
    /// One stream of documents; attention and positions run over the whole sequence. A document is k + 2 positions: its
    /// end predicts the begin of the next one.
    /// </summary>
    Concatenate,

    /// <summary>
    /// Whole conversations, none of which goes on in another sequence; attention and positions end with each. Rests of
    /// sequences are filled up with positions that bear no loss. `minicpm sft` and `minicpm dpo` build such data.
    /// </summary>
    Conversations,

    /// <summary>
    /// Whole pairs of answers, each of three segments: the prompt but its last id, without loss, and twice that id with
    /// an answer. Both answers attend to the one prompt and not to each other, and their positions go on from its end.
    /// Rests are filled up as above.
    /// </summary>
    Pairs,
}
