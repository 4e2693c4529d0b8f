using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>A record that is dealt out by a key, so that records with equal keys meet.</summary>
internal interface IKeyed
{
    /// <summary>All bits are as if by chance.</summary>
    ulong Key { get; }
}

/// <summary>A record about a document, which the unit of the document reads.</summary>
internal interface IOfDocument
{
    long Document { get; }
}

/// <summary>What is known of each document: a line of a unit's table.</summary>
internal readonly record struct DocumentRecord(ulong HashHigh, ulong HashLow, long Line, int File, int Bytes)
{
    public (int, UInt128, long) Order(long document) =>
        KeepingOrder.Of(Bytes, new UInt128(HashHigh, HashLow), document);
}

/// <summary>A document under the hash of its text.</summary>
internal readonly record struct ExactRecord(ulong Key, ulong HashLow, long Document)
    : IKeyed, IComparable<ExactRecord>
{
    public int CompareTo(ExactRecord other)
    {
        var order = Key.CompareTo(other.Key);
        order = order != 0 ? order : HashLow.CompareTo(other.HashLow);
        return order != 0 ? order : Document.CompareTo(other.Document);
    }
}

/// <summary>A document in a bucket.</summary>
internal readonly record struct BandRecord(ulong Key, long Document) : IKeyed, IComparable<BandRecord>
{
    public int CompareTo(BandRecord other) =>
        Key != other.Key ? Key.CompareTo(other.Key) : Document.CompareTo(other.Document);
}

/// <summary>Two documents that are to be compared; the first number is the smaller one.</summary>
internal readonly record struct PairRecord(long First, long Second) : IKeyed, IComparable<PairRecord>
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    public ulong Key
    {
        get
        {
            var mixed = unchecked(((ulong)First * Golden ^ (ulong)Second) * Golden);
            return unchecked((mixed ^ (mixed >> 32)) * Golden);
        }
    }

    public int CompareTo(PairRecord other) =>
        First != other.First ? First.CompareTo(other.First) : Second.CompareTo(other.Second);
}

/// <summary>A place of a document under the hash of the words there.</summary>
internal readonly record struct PlaceRecord(ulong Key, long Document, long Place) : IKeyed, IComparable<PlaceRecord>
{
    public int CompareTo(PlaceRecord other)
    {
        var order = Key.CompareTo(other.Key);
        order = order != 0 ? order : Document.CompareTo(other.Document);
        return order != 0 ? order : Place.CompareTo(other.Place);
    }
}

/// <summary>Two documents that were compared and are nearly equal.</summary>
internal readonly record struct SimilarPair(long Document, long Other, double Similarity)
    : IOfDocument, IComparable<SimilarPair>
{
    public int CompareTo(SimilarPair other) =>
        Document != other.Document ? Document.CompareTo(other.Document) : Other.CompareTo(other.Other);
}

/// <summary>A document that is removed because of another one.</summary>
/// <param name="Document">The one that is removed.</param>
/// <param name="Kept">The one that is kept in its place.</param>
/// <param name="Similarity">How near both are; NaN where others between them connect them.</param>
internal readonly record struct CopyRecord(long Document, long Kept, double Similarity)
    : IOfDocument, IComparable<CopyRecord>
{
    public int CompareTo(CopyRecord other) => Document.CompareTo(other.Document);
}

/// <summary>A place of a document at which words stand that occur elsewhere too.</summary>
/// <param name="Document">The document.</param>
/// <param name="Place">The first word.</param>
/// <param name="First">1 where the words stand here for the first time, otherwise 0.</param>
internal readonly record struct RepeatRecord(long Document, int Place, int First)
    : IOfDocument, IComparable<RepeatRecord>
{
    public int CompareTo(RepeatRecord other) =>
        Document != other.Document ? Document.CompareTo(other.Document) : Place.CompareTo(other.Place);
}

/// <summary>A document that shares an n-gram with an evaluation set.</summary>
internal readonly record struct AgainstRecord(long Document, int Item, int Place, int Words, int Unused)
    : IOfDocument, IComparable<AgainstRecord>
{
    public int CompareTo(AgainstRecord other) => Document.CompareTo(other.Document);
}
