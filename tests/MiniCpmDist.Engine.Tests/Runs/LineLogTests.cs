using MiniCpmDist.Engine.Runs;
using MiniCpmDist.Engine.Tests.Files;

namespace MiniCpmDist.Engine.Tests.Runs;

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

    public void Dispose() => _folder.Dispose();
}
