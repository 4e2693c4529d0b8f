namespace MiniCpmDist.Data.Tokenization;

/// <summary>What a tokenizer makes of some texts.</summary>
/// <param name="Model">The model file.</param>
/// <param name="Pieces">Its pieces.</param>
/// <param name="UnusedPieces">Normal pieces that occur in none of the texts.</param>
/// <param name="Seconds">Time that encoding all texts took, on one thread.</param>
/// <param name="Sources">By source.</param>
public sealed record TokenizerUse(
    string Model, int Pieces, int UnusedPieces, double Seconds, IReadOnlyList<TokenizerUse.Source> Sources)
{
    /// <summary>All sources together.</summary>
    public Source All => Sources.Aggregate(new Source("all"), (sum, source) => sum.Plus(source));

    /// <summary>A source's texts.</summary>
    /// <param name="Name">What the user calls it.</param>
    public sealed record Source(string Name)
    {
        /// <summary>Texts.</summary>
        public long Documents { get; init; }

        /// <summary>UTF-8 bytes.</summary>
        public long Bytes { get; init; }

        /// <summary>Words, of which each Chinese, Japanese or Korean character is one.</summary>
        public long Words { get; init; }

        /// <summary>Tokens, without those that begin and end a document.</summary>
        public long Tokens { get; init; }

        /// <summary>Tokens that stand for a byte of a character without a piece, or for what is unknown.</summary>
        public long FallbackTokens { get; init; }

        /// <summary>Texts that were left out, because a tokenizer cannot encode texts of that length.</summary>
        public long TooLong { get; init; }

        public double BytesPerToken => Tokens == 0 ? double.NaN : (double)Bytes / Tokens;

        /// <summary>Tokens per word.</summary>
        public double Fertility => Words == 0 ? double.NaN : (double)Tokens / Words;

        public double FallbackShare => Tokens == 0 ? double.NaN : (double)FallbackTokens / Tokens;

        public Source Plus(Source other) => this with
        {
            Documents = Documents + other.Documents,
            Bytes = Bytes + other.Bytes,
            Words = Words + other.Words,
            Tokens = Tokens + other.Tokens,
            FallbackTokens = FallbackTokens + other.FallbackTokens,
            TooLong = TooLong + other.TooLong,
        };
    }
}
