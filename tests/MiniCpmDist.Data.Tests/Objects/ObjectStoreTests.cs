using System.Net;
using System.Net.Sockets;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Objects;

namespace MiniCpmDist.Data.Tests.Objects;

public sealed class ObjectStoreTests : IDisposable
{
    private static readonly byte[] s_content =
        [.. Enumerable.Range(0, ObjectStream.RangeBytes + 70_000).Select(i => (byte)(i * 31 >> 3))];

    private readonly StandInStore _server = new() { PageSize = 2 };

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("web", new[] { "web/a.jsonl", "web/b.json.gz", "web/deep/c.parquet", "web/d.txt" })]
    [InlineData("web/", new[] { "web/a.jsonl", "web/b.json.gz", "web/deep/c.parquet", "web/d.txt" })]
    [InlineData("web/*", new[] { "web/a.jsonl", "web/b.json.gz", "web/d.txt" })]
    [InlineData("web/?.json*", new[] { "web/a.jsonl", "web/b.json.gz" })]
    [InlineData("web/a.jsonl", new[] { "web/a.jsonl" })]
    [InlineData("", new[] { "web/a.jsonl", "web/b.json.gz", "web/d.txt", "web/deep/c.parquet", "webster.txt" })]
    public void A_path_leads_to_the_objects_that_the_same_path_would_lead_to_as_files(string path, string[] expected)
    {
        foreach (var key in (string[])
            ["web/a.jsonl", "web/b.json.gz", "web/d.txt", "web/deep/c.parquet", "web/readme.md", "webster.txt"])
            _server.Put(key, [1]);

        Assert.Equal(
            expected.Order(StringComparer.Ordinal).Select(key => $"s3://{StandInStore.Bucket}/{key}"), Find(path));
    }

    [Theory]
    [InlineData(int.MaxValue, new[] { 0, ObjectStream.RangeBytes })]
    [InlineData(5_000_000, new[] { 0, 5_000_000, 10_000_000, 15_000_000 })]
    public void An_object_is_read_in_ranges_from_any_place_on_and_where_a_connection_breaks_the_next_one_begins(
        int breaksAfter, int[] starts)
    {
        _server.Put("a", s_content);
        _server.BreaksAfter = breaksAfter;
        using var stream = Open("a");
        var read = new byte[s_content.Length];
        stream.ReadExactly(read);

        Assert.Equal(s_content, read);
        Assert.Equal(
            starts,
            _server.Requests.Where(request => request.StartsWith("GET", StringComparison.Ordinal))
                .Select(request => int.Parse(request.Split('=', '-')[1], null)));

        stream.Position = 123_456;
        stream.ReadExactly(read.AsSpan(0, 1000));
        Assert.Equal(s_content[123_456..124_456], read[..1000]);
        stream.Position = stream.Length;
        Assert.Equal(0, stream.Read(read));
    }

    [Fact]
    public void A_connection_that_brings_nothing_ends_the_reading_with_the_byte_where_it_stood()
    {
        var tries = 0;
        using var stream = new ObjectStream(
            ObjectUrl.Parse("s3://texts/a"), 100, (first, _) => tries++ == 0
                ? new MemoryStream(new byte[40])
                : throw new IOException("gone"), _ => { });

        var problem = Assert.Single(
            Assert.Throws<ConfigurationException>(() => stream.ReadExactly(new byte[100])).Problems);

        Assert.Equal("s3://texts/a, from byte 40", problem.Where);
        Assert.InRange(tries, 2, ObjectStream.Tries + 1);
    }

    [Fact]
    public void An_object_that_is_replaced_while_it_is_read_is_noticed()
    {
        _server.Put("a", s_content);
        using var stream = Open("a");
        stream.ReadExactly(new byte[10]);
        _server.Put("a", new byte[s_content.Length]);
        stream.Position = 1000;

        Assert.Contains("one that was replaced", Problem(() => stream.ReadByte()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_that_may_pass_is_asked_for_again()
    {
        _server.Put("a", [1, 2, 3]);
        var failed = false;
        _server.Instead = _ => failed ? null : (failed = true, StandInStore.Failure(
            HttpStatusCode.ServiceUnavailable, "SlowDown")).Item2;

        Assert.Equal(3, _server.Open().Look(ObjectUrl.Parse("s3://texts/a")).Bytes);
    }

    [Theory]
    [InlineData("s3://nowhere/a", "a bucket", "AWS_ENDPOINT_URL")]
    [InlineData("s3://texts/none.txt", "a corpus of ", "check the path")]
    [InlineData("s3:///none.txt", "s3://BUCKET/PREFIX", "name a bucket")]
    public void What_is_not_there_is_told_with_what_to_type(string path, string expected, string fix)
    {
        _server.Put("a", [1]);
        var problems = new ProblemCollector();
        ObjectCorpus.Find(_ => _server.Open(), path, _ => true, "files", problems);

        var problem = Assert.Single(problems.Problems);
        Assert.StartsWith(expected, problem.Expected, StringComparison.Ordinal);
        Assert.Contains(fix, problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_a_store_that_refuses_and_one_that_cannot_be_reached()
    {
        _server.Instead = _ => StandInStore.Failure(HttpStatusCode.Forbidden, "AccessDenied");
        var refused = Problem(() => _server.Open().Keys(ObjectUrl.Parse("s3://texts/a")));
        _server.Instead = _ => throw new HttpRequestException("none", new SocketException(111));
        var silent = Problem(() => _server.Open().Keys(ObjectUrl.Parse("s3://texts/a")));

        Assert.Equal(("rights to read", "AccessDenied: told so"), (refused.Expected, refused.Found));
        Assert.Contains("AWS_ACCESS_KEY_ID", refused.Fix, StringComparison.Ordinal);
        Assert.Equal("a store that answers", silent.Expected);
    }

    private List<string> Find(string key)
    {
        var problems = new ProblemCollector();
        var found = CorpusFiles.FindObjects(_ => _server.Open(), $"s3://{StandInStore.Bucket}/{key}", problems);
        problems.ThrowIfAny();
        return found;
    }

    private Stream Open(string key) => _server.Open().Open(new ObjectUrl(StandInStore.Bucket, key));

    private static Problem Problem(Action action) =>
        Assert.Single(Assert.Throws<ConfigurationException>(action).Problems);

    private static Problem Problem<T>(Func<T> action) => Problem(() => { action(); });
}
