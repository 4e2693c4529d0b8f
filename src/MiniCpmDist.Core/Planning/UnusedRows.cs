using System.Globalization;
using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Planning;

/// <summary>Rows of a model's embedding that no piece of the tokenizer leads to, and what they cost.</summary>
/// <param name="Rows">Without a piece.</param>
/// <param name="AllRows">Of the embedding.</param>
/// <param name="Parameters">Of the model that lie in those rows.</param>
/// <param name="AllParameters">Of the model.</param>
/// <param name="Work">Share of the operations of a token that is spent on them, 0 .. 1.</param>
public sealed record UnusedRows(long Rows, long AllRows, long Parameters, long AllParameters, double Work)
{
    /// <returns>Null where every row has a piece.</returns>
    public static UnusedRows? Of(ModelShape shape, int pieces, int sequenceLength)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (pieces >= shape.VocabularySize)
            return null;
        var used = shape with { VocabularySize = pieces };
        return new UnusedRows(
            shape.VocabularySize - pieces, shape.VocabularySize, shape.Parameters - used.Parameters, shape.Parameters,
            1 - used.FlopsPerToken(sequenceLength) / shape.FlopsPerToken(sequenceLength));
    }

    /// <summary>What they are, what they cost, and what to write instead.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Rows:N0} of the {AllRows:N0} rows of the embedding belong to no piece of the tokenizer: {Parameters:N0} of "
        + $"the {AllParameters:N0} parameters and {100 * Work:0.#}% of the operations; in a new run, "
        + $"`model.vocab_size: {AllRows - Rows}` leaves them out");
}
