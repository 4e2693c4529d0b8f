using MiniCpmDist.Core.Deduplication;

namespace MiniCpmDist.Core.Tests.Deduplication;

public sealed class DuplicateClustersTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Clusters_are_what_pairs_connect_in_whatever_order_they_come(int seed)
    {
        var random = new Random(seed);
        var pairs = Enumerable.Range(0, random.Next(1, 300))
            .Select(_ => (Left: (long)random.Next(200), Right: (long)random.Next(200)))
            .Where(pair => pair.Left != pair.Right).ToList();

        var clusters = Of(pairs);
        Assert.Equal(clusters, Of([.. pairs.OrderBy(_ => random.Next()).Select(pair => (pair.Right, pair.Left))]));

        // Walking from document to document finds the same.
        foreach (var cluster in clusters)
        {
            var reached = new HashSet<long> { cluster[0] };
            while (pairs.Any(pair => reached.Contains(pair.Left) != reached.Contains(pair.Right)))
            {
                foreach (var (left, right) in pairs.Where(pair => reached.Overlaps([pair.Left, pair.Right])))
                    reached.UnionWith([left, right]);
            }
            Assert.Equal(reached.Order(), cluster);
        }
        Assert.Equal(
            pairs.SelectMany(pair => (long[])[pair.Left, pair.Right]).Distinct().Order(),
            clusters.SelectMany(cluster => cluster).Order());
    }

    private static IReadOnlyList<long[]> Of(List<(long Left, long Right)> pairs)
    {
        var clusters = new DuplicateClusters();
        foreach (var (left, right) in pairs)
            clusters.Connect(left, right);
        return clusters.Clusters();
    }
}
