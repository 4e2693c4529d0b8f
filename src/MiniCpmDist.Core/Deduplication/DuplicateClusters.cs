using System.Runtime.InteropServices;

namespace MiniCpmDist.Core.Deduplication;

/// <summary>Clusters of documents that pairs connect (union-find). Only documents of a pair take memory.</summary>
public sealed class DuplicateClusters
{
    private readonly Dictionary<long, int> _places = [];
    private readonly List<long> _documents = [];
    private readonly List<int> _parents = [];

    /// <summary>Connects two documents.</summary>
    public void Connect(long left, long right)
    {
        var (a, b) = (Root(PlaceOf(left)), Root(PlaceOf(right)));
        _parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    /// <summary>The clusters, each with its documents in ascending order, in the order of their first
    /// documents.</summary>
    public IReadOnlyList<long[]> Clusters() =>
    [
        .. Enumerable.Range(0, _documents.Count)
            .GroupBy(Root, place => _documents[place])
            .Select(cluster => cluster.Order().ToArray())
            .OrderBy(cluster => cluster[0]),
    ];

    private int PlaceOf(long document)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, document, out var isKnown);
        if (!isKnown)
        {
            place = _parents.Count;
            _documents.Add(document);
            _parents.Add(place);
        }
        return place;
    }

    private int Root(int place)
    {
        while (_parents[place] != place)
        {
            _parents[place] = _parents[_parents[place]];
            place = _parents[place];
        }
        return place;
    }
}
