using System.Text;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Runs;

public sealed class JournalEntryTests
{
    private static readonly JournalEntry s_entry = new("run-started", 400, 819_200, new Dictionary<string, object?>
    {
        ["attempt"] = 2,
        ["from"] = "runs/größer/\"step\"-00000400",
        ["loss"] = 0.1 + 0.2,
        ["seed"] = ulong.MaxValue / 4,
        ["resumed"] = true,
        ["reason"] = null,
    });

    [Fact]
    public void An_entry_is_read_back_whole()
    {
        var found = JournalEntry.Parse(s_entry.Write());

        Assert.Equal((s_entry.Event, s_entry.Step, s_entry.Tokens), (found.Event, found.Step, found.Tokens));
        Assert.Equal(s_entry.Details.Keys, found.Details.Keys);
        Assert.Equal(
            [2L, "runs/größer/\"step\"-00000400", 0.1 + 0.2, (long)(ulong.MaxValue / 4), true, null],
            found.Details.Values);
    }

    [Fact]
    public void An_entry_is_one_line_that_begins_with_its_format()
    {
        Assert.StartsWith(
            """{"format":2,"event":"run-started","step":400,"tokens":819200,"attempt":2""", s_entry.Write(),
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            '\n', (s_entry with { Details = new Dictionary<string, object?> { ["text"] = "a\nb" } }).Write());
    }

    [Fact]
    public void A_newer_format_is_refused_with_what_to_do()
    {
        var line = s_entry.Write().Replace("\"format\":2", "\"format\":3", StringComparison.Ordinal);

        var error = Assert.Throws<ConfigurationException>(() => JournalEntry.Parse(line));

        Assert.Contains("expected format 2 or older, found format 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("update", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"format\":1,\"event\":\"pha")]
    [InlineData("{\"event\":\"phase\",\"step\":1,\"tokens\":2}")]
    [InlineData("{\"format\":1,\"event\":null,\"step\":1,\"tokens\":2}")]
    [InlineData("{\"format\":1,\"event\":\"phase\",\"step\":1,\"tokens\":2,\"detail\":{}}")]
    public void A_torn_or_foreign_line_is_a_sentence(string line) =>
        Assert.StartsWith(
            "Expected a line of journal.jsonl", Assert.Throws<FormatException>(() => JournalEntry.Parse(line)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_damaged_line_says_at_which_byte_it_stops_being_JSON() => Assert.Equal(
        "Expected a line of journal.jsonl, found `{\"event\":\"a\u0001\"}`: it is no JSON from byte 11 on",
        Assert.Throws<FormatException>(() => JournalEntry.Parse("{\"event\":\"a\u0001\"}")).Message);

    [Fact]
    public void A_detail_cannot_pass_for_a_key_of_the_entry_or_hide_an_object()
    {
        Assert.Throws<ArgumentException>(
            () => (s_entry with { Details = new Dictionary<string, object?> { ["step"] = 1 } }).Write());
        Assert.Throws<ArgumentException>(
            () => (s_entry with { Details = new Dictionary<string, object?> { ["x"] = new object() } }).Write());
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_a_line_is_found()
    {
        var line = s_entry.Write();
        var bytes = Encoding.UTF8.GetBytes(line);
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var flipped = Encoding.UTF8.GetString(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var error = Record.Exception(() => JournalEntry.Parse(flipped));
            Assert.True(error is FormatException or ConfigurationException, flipped);
        }
    }

    [Fact]
    public void A_line_of_the_format_before_has_no_checksum_and_is_read() => Assert.Equal(
        ("phase", 1, 2),
        JournalEntry.Parse("""{"format":1,"event":"phase","step":1,"tokens":2}""") is var entry
            ? (entry.Event, entry.Step, entry.Tokens)
            : default);

    [Fact]
    public void The_checksum_is_that_of_zlib_which_anybody_can_compute() => Assert.Equal(
        """{"format":2,"event":"phase","step":1,"tokens":2,"crc32":"4440c3dd"}""",
        new JournalEntry("phase", 1, 2, new Dictionary<string, object?>()).Write());

    [Fact]
    public void A_line_that_has_lost_its_checksum_is_refused() =>
        Assert.Throws<FormatException>(
            () => JournalEntry.Parse("""{"format":2,"event":"phase","step":1,"tokens":2}"""));
}
