using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Objects;

/// <summary>
/// Objects of a store that speaks S3. Several threads may use it at once. Whatever goes wrong is a problem of the user,
/// after the client has tried again what may pass.
/// </summary>
internal sealed class ObjectStore(IAmazonS3 client)
{
    private const int Tries = 4;

    // The client reads its settings, and whose rights it has, from the environment, as all programs for S3 do.
    private static readonly Lazy<ObjectStore> s_shared = new(
        () => new ObjectStore(new AmazonS3Client(Settings())), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The store that the environment names.</summary>
    /// <exception cref="ConfigurationException">It names none, or nobody who may read there.</exception>
    public static ObjectStore Shared(ObjectUrl wanted) => ObjectProblems.Guard(wanted, () => s_shared.Value);

    /// <summary>Settings for a client, for whatever it has not been told.</summary>
    public static AmazonS3Config Settings() => new()
    {
        // Servers other than Amazon's have no name for each bucket, and Amazon's take both forms.
        ForcePathStyle = true,
        RetryMode = RequestRetryMode.Standard,
        MaxErrorRetry = Tries,
        Timeout = TimeSpan.FromSeconds(60),
        // Not every server knows the newer checksums. Zip and Parquet files have their own.
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    };

    /// <summary>Keys of a bucket that begin so, in order.</summary>
    /// <exception cref="ConfigurationException">They cannot be listed.</exception>
    public IReadOnlyList<string> Keys(ObjectUrl beginning) => ObjectProblems.Guard(beginning, () =>
    {
        var keys = new List<string>();
        string? next = null;
        do
        {
            var page = client.ListObjectsV2Async(new ListObjectsV2Request
            {
                BucketName = beginning.Bucket,
                Prefix = beginning.Key,
                ContinuationToken = next,
            }).GetAwaiter().GetResult();
            keys.AddRange((page.S3Objects ?? []).Select(one => one.Key));
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
        return keys;
    });

    /// <summary>Looks at an object.</summary>
    /// <exception cref="ConfigurationException">It is not there, or may not be read.</exception>
    public ObjectFacts Look(ObjectUrl url) => ObjectProblems.Guard(url, () =>
    {
        var found = client.GetObjectMetadataAsync(url.Bucket, url.Key).GetAwaiter().GetResult();
        return new ObjectFacts(
            found.ContentLength, (found.LastModified ?? default).ToUniversalTime().Ticks, found.ETag ?? "");
    });

    /// <summary>Opens an object as it is now. It can be read from any place on; the caller disposes of it.</summary>
    /// <exception cref="ConfigurationException">As <see cref="Look"/>.</exception>
    public Stream Open(ObjectUrl url)
    {
        var facts = Look(url);
        return new ObjectStream(url, facts.Bytes, (first, last) => Get(url, facts, first, last));
    }

    private Stream Get(ObjectUrl url, ObjectFacts facts, long first, long last) => ObjectProblems.Guard(
        url, () => client.GetObjectAsync(new GetObjectRequest
        {
            BucketName = url.Bucket,
            Key = url.Key,
            ByteRange = new ByteRange(first, last),
            EtagToMatch = facts.Tag.Length == 0 ? null : facts.Tag,
        }).GetAwaiter().GetResult().ResponseStream);
}
