using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MiniCpmDist.Engine.Data;

/// <summary>Some neighbouring documents of a corpus, tokenized by one worker.</summary>
internal sealed record EncodedBatch(IReadOnlyList<(int[] Ids, bool HeldOut)> Documents, string File, long FilePosition)
{
    /// <summary>Tokenizes <paramref name="documents"/> and says which of them are held out.</summary>
    public static EncodedBatch Encode(IReadOnlyList<Document> documents, Tokenizer tokenizer, double heldOutFraction)
    {
        var encoded = documents
            .Select(document => (tokenizer.Encode(document.Text), IsHeldOut(document.Text, heldOutFraction)))
            .ToList();
        return new EncodedBatch(encoded, documents[^1].File, documents[^1].FilePosition);
    }

    // A function of the text alone: neither its place in the corpus nor the corpus's other texts move a document to the
    // other side, and two copies of a text are on the same one.
    private static bool IsHeldOut(string text, double fraction)
    {
        var word = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return (word >> 11) * (1.0 / (1UL << 53)) < fraction;
    }
}
