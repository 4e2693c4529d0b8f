using System.IO.Enumeration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Objects;

namespace MiniCpmDist.Data.Corpus;

/// <summary>Finds the objects of a corpus in a store: one, all below a prefix, or those that a pattern fits.</summary>
internal static class ObjectCorpus
{
    /// <param name="store">Asked where the path names a bucket.</param>
    /// <param name="path">Begins with <c>s3://</c>.</param>
    /// <param name="isCorpus">Whether a key has the name of a corpus file.</param>
    /// <param name="kinds">What those are, for messages.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>Addresses, ordered.</returns>
    public static List<string> Find(
        Func<ObjectUrl, ObjectStore> store, string path, Func<string, bool> isCorpus, string kinds,
        ProblemCollector problems)
    {
        var url = ObjectUrl.Parse(path);
        if (!problems.Require(url.Bucket.Length > 0, path, "s3://BUCKET/PREFIX", "no bucket", "name a bucket"))
            return [];
        var keys = problems.Try(() => store(url).Keys(url with { Key = Beginning(url.Key) }));
        if (keys is null)
            return [];
        var found = keys.Where(key => Fits(url.Key, key) && isCorpus(key)).Order(StringComparer.Ordinal)
            .Select(key => (url with { Key = key }).ToString()).ToList();
        problems.Require(
            found.Count > 0, path, $"a corpus of {kinds}",
            keys.Count == 0 ? "nothing of that name" : $"{keys.Count} object(s) of other names", "check the path");
        return found;
    }

    /// <summary>What all keys begin with that may fit.</summary>
    private static string Beginning(string wanted) =>
        wanted.AsSpan().IndexOfAny('*', '?') is >= 0 and var at ? wanted[..at] : wanted.TrimEnd('/');

    private static bool Fits(string wanted, string key)
    {
        var at = wanted.LastIndexOf('/') + 1;
        if (wanted.AsSpan(at).IndexOfAny('*', '?') >= 0)
        {
            return key.StartsWith(wanted[..at], StringComparison.Ordinal)
                && key.IndexOf('/', at) < 0
                && FileSystemName.MatchesSimpleExpression(wanted.AsSpan(at), key.AsSpan(at), ignoreCase: false);
        }
        var folder = wanted.TrimEnd('/');
        return folder.Length == 0 || key == wanted || key.StartsWith(folder + "/", StringComparison.Ordinal);
    }
}
