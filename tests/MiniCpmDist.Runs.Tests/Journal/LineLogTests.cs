using MiniCpmDist.Core.Problems;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Runs.Tests.Journal;

public sealed class LineLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("", "")]
    [InlineData("one\n", "one\n")]
    [InlineData("one\ntwo\n", "one\ntwo\n")]
    [InlineData("one\ntwo\nthr", "one\ntwo\n")]
    [InlineData("one\n\n{\"step\":", "one\n\n")]
    [InlineData("torn", "")]
    public void A_torn_last_line_is_cut_off_and_whole_lines_stay(string left, string kept)
    {
        var path = _folder.Write("log", left);

        using (var log = new LineLog(path))
            log.Append("next");

        Assert.Equal(kept + "next\n", File.ReadAllText(path));
    }

    [Fact]
    public void A_line_can_be_read_by_others_as_soon_as_it_is_appended()
    {
        using var log = new LineLog(_folder.Path("log"));
        log.Append("one", durable: true);
        log.Append("two");

        using var reader = new StreamReader(
            new FileStream(_folder.Path("log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.Equal("one\ntwo\n", reader.ReadToEnd());
    }

    [Fact]
    public void A_torn_end_of_many_megabytes_is_cut_off_in_no_time()
    {
        var path = _folder.Write("log", "one\n" + new string('x', 20_000_000));

        using (var log = new LineLog(path))
            log.Append("two");

        Assert.Equal("one\ntwo\n", File.ReadAllText(path));
    }

    [Fact]
    public void Lines_that_may_not_be_written_wait_as_on_a_full_disk()
    {
        var path = _folder.Path("log");
        using (var file = new RefusingFile(path))
        using (var log = new LineLog(path, file))
        {
            Assert.True(log.Append("one"));
            file.Refusal = new UnauthorizedAccessException("Operation not permitted");
            Assert.False(log.Append("two"));
            Assert.False(log.TryAppendDurable("forgotten"));
            Assert.Throws<IOException>(log.RequireWritten);
            file.Refusal = new IOException("No space left on device");
            Assert.False(log.Append("three"));
            file.Refusal = null;
            Assert.True(log.Append("four"));
        }

        Assert.Equal("one\ntwo\nthree\nfour\n", File.ReadAllText(path));
    }

    [Fact]
    public void A_log_that_is_no_regular_file_is_a_problem()
    {
        Directory.CreateDirectory(_folder.Path("log"));

        var problem = Assert.Single(
            Assert.Throws<ConfigurationException>(() => new LineLog(_folder.Path("log"))).Problems);

        Assert.Equal("a folder", problem.Found);
    }

    /// <summary>Writes half of what it is given, and then refuses.</summary>
    private sealed class RefusingFile(string path)
        : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0)
    {
        public Exception? Refusal { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer.ToArray(), 0, Refusal is null ? buffer.Length : buffer.Length / 2);
            if (Refusal is { } refusal)
                throw refusal;
        }

        public override void SetLength(long value)
        {
            if (Refusal is { } refusal)
                throw refusal;
            base.SetLength(value);
        }
    }

    public void Dispose() => _folder.Dispose();
}
