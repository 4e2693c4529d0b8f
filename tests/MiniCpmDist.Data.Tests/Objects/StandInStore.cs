using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using MiniCpmDist.Data.Objects;

namespace MiniCpmDist.Data.Tests.Objects;

/// <summary>A store of objects that answers inside this process what a server of S3 would, and breaks when told
/// to.</summary>
internal sealed class StandInStore : HttpMessageHandler
{
    private readonly Dictionary<string, (byte[] Content, int Version)> _objects = [];
    private int _versions;

    public const string Bucket = "texts";

    /// <summary>Requests so far: method, path and range.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Answers instead of the store where it does not give null.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Instead { get; set; } = _ => null;

    /// <summary>Bytes of each answer after which the connection breaks.</summary>
    public int BreaksAfter { get; set; } = int.MaxValue;

    /// <summary>Keys in an answer to a listing.</summary>
    public int PageSize { get; init; } = 1000;

    public void Put(string key, byte[] content) => _objects[key] = (content, ++_versions);

    public ObjectStore Open()
    {
        var settings = ObjectStore.Settings();
        settings.ServiceURL = "http://store.invalid";
        settings.MaxErrorRetry = 1;
        settings.HttpClientFactory = new Clients(this);
        return new ObjectStore(new AmazonS3Client(new BasicAWSCredentials("somebody", "secret"), settings));
    }

    public static HttpResponseMessage Failure(HttpStatusCode status, string code) => new(status)
    {
        Content = new StringContent(
            $"<Error><Code>{code}</Code><Message>told so</Message></Error>", Encoding.UTF8, "application/xml"),
    };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token)
    {
        var path = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath).TrimStart('/');
        lock (Requests)
            Requests.Add($"{request.Method} {path} {request.Headers.Range}".TrimEnd());
        return Task.FromResult(Instead(request) ?? Answer(request, path));
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string path)
    {
        var (bucket, key) = path.Split('/', 2) is [var first, var rest] ? (first, rest) : (path, "");
        if (bucket != Bucket)
            return Failure(HttpStatusCode.NotFound, "NoSuchBucket");
        if (key.Length == 0)
            return List(request.RequestUri!.Query);
        if (!_objects.TryGetValue(key, out var found))
            return Failure(HttpStatusCode.NotFound, "NoSuchKey");
        var (content, tag) = (found.Content, $"\"version-{found.Version}\"");
        if (request.Headers.IfMatch.Count > 0 && request.Headers.IfMatch.Single().Tag != tag)
            return Failure(HttpStatusCode.PreconditionFailed, "PreconditionFailed");
        var range = request.Headers.Range?.Ranges.Single();
        var start = (int)(range?.From ?? 0);
        var end = (int)Math.Min(range?.To + 1 ?? content.Length, content.Length);
        var answer = new HttpResponseMessage(range is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent)
        {
            Content = request.Method == HttpMethod.Head
                ? new ByteArrayContent([])
                : new StreamContent(new BreakingStream(content[start..end], BreaksAfter)),
        };
        answer.Headers.ETag = EntityTagHeaderValue.Parse(tag);
        answer.Content.Headers.ContentLength = request.Method == HttpMethod.Head ? content.Length : end - start;
        answer.Content.Headers.LastModified = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        return answer;
    }

    private HttpResponseMessage List(string query)
    {
        var asked = query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? ""));
        var from = int.Parse(asked.GetValueOrDefault("continuation-token") ?? "0", CultureInfo.InvariantCulture);
        var all = _objects.Keys.Order(StringComparer.Ordinal)
            .Where(key => key.StartsWith(asked.GetValueOrDefault("prefix") ?? "", StringComparison.Ordinal)).ToList();
        var page = all.Skip(from).Take(PageSize).ToList();
        var isCut = from + page.Count < all.Count;
        var xml = new StringBuilder("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">")
            .Append(CultureInfo.InvariantCulture, $"<IsTruncated>{(isCut ? "true" : "false")}</IsTruncated>");
        if (isCut)
        {
            xml.Append(
                CultureInfo.InvariantCulture, $"<NextContinuationToken>{from + page.Count}</NextContinuationToken>");
        }
        foreach (var key in page)
            xml.Append(CultureInfo.InvariantCulture, $"<Contents><Key>{key}</Key><Size>1</Size></Contents>");
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(xml.Append("</ListBucketResult>").ToString(), Encoding.UTF8, "application/xml"),
        };
    }

    private sealed class Clients(HttpMessageHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }

    private sealed class BreakingStream(byte[] content, int most) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position >= most
                ? throw new IOException("the connection is gone")
                : base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, most - Position)], cancellationToken);
    }
}
