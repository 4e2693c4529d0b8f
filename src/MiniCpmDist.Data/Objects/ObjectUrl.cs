namespace MiniCpmDist.Data.Objects;

/// <summary>Where an object lies: <c>s3://BUCKET/KEY</c>.</summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Key">The object's key, or the beginning of some; empty for the whole bucket.</param>
internal sealed record ObjectUrl(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    /// <summary>True where a path names an object, or several, and no file.</summary>
    public static bool IsOne(string path) => path.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Reads a path that begins as an address does. A bucket that has no name has none here either.</summary>
    public static ObjectUrl Parse(string path)
    {
        var rest = path[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new ObjectUrl(rest, "") : new ObjectUrl(rest[..slash], rest[(slash + 1)..]);
    }

    public override string ToString() => $"{Scheme}{Bucket}/{Key}";
}
