using System.Text.Json;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Runs;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("runs/first, Größe 3 µm, 模型, 👍", "runs/first, Größe 3 µm, 模型, 👍")]
    [InlineData("a\u001b[2Jb", "a\\u001b[2Jb")]
    [InlineData("a\rb\bc\u007f", "a\\u000db\\u0008c\\u007f")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("\u202etxt.exe\u2069", "\\u202etxt.exe\\u2069")]
    [InlineData("one\u2028two\nthree\tfour", "one\\u2028two\\u000athree\\u0009four")]
    public void What_a_terminal_would_obey_is_spelled_out_and_letters_stay(string text, string plain) =>
        Assert.Equal(plain, PlainText.Of(text));

    [Fact]
    public void Half_a_character_is_spelled_out_and_a_whole_one_stays() =>
        Assert.Equal("x\\ud83dy👍", PlainText.Of("x\ud83dy👍"));

    [Fact]
    public void Lines_keep_their_ends_and_tabs_and_nothing_else() =>
        Assert.Equal("one\ttwo\nthree\\u000d", PlainText.Lines("one\ttwo\nthree\r"));

    [Fact]
    public void A_line_of_JSON_means_the_same_afterwards()
    {
        const string Json = "{\"name\":\"a\u009b\u202e\"}";

        Assert.Equal(
            "a\u009b\u202e", JsonDocument.Parse(PlainText.Lines(Json)).RootElement.GetProperty("name").GetString());
    }
}
