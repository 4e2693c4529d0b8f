using System.Text;
using CsCheck;

namespace MiniCpmDist.Fuzz.Tests;

/// <summary>Contents that are nearly valid: what a disk, a cut transfer, editors or a neighbour makes of it.</summary>
internal static class Mutations
{
    private const int MostChanges = 6;
    private const int LongestContent = 1 << 16;

    // What parsers stumble over: ends, depths, numbers at the edges, bytes that are no letters.
    private static readonly byte[][] s_tokens =
    [
        .. new[]
        {
            "\n", "\r\n", "\0", "\"", "\\", "{", "}", "[", "]", ":", ",", " ", "-", "#", "*a", "&a ", "!!", "|", ">",
            "%", "null", "\"\\0\"", "true", "~", "{}", "[]", "\"\"", "0", "-1", "1e999", "-1e999", "NaN",
            "2147483648", "-2147483649", "\\ud800", "e\\ud800e",
            "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e-400", "0.1", "\\u0000",
            "\u001b[2J", "\u202e", "\uFEFF", "../../", "step:", "tokens:", "100%", "${x}", "<<: *a",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5], [0xff, 0xff, 0xff, 0xff],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0, 0, 0, 0, 0x80], [1, 0, 0, 0],
        Enumerable.Repeat((byte)'[', 200).ToArray(), Enumerable.Repeat((byte)'{', 200).ToArray(),
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100))),
    ];

    // Places as parts of a length that is not known yet.
    private static readonly Gen<double> s_place = Gen.Double[0, 1];

    private delegate byte[] Change(byte[] old);

    private static readonly Gen<Change> s_change = Gen.OneOf(
        Gen.Select(s_place, Gen.Int[0, 7], (place, bit) =>
            new Change(old => Put(old, place, octet => (byte)(octet ^ (1 << bit))))),
        Gen.Select(s_place, Gen.Byte, (place, value) => new Change(old => Put(old, place, _ => value))),
        Gen.Select(s_place, Gen.Int[0, s_tokens.Length - 1], (place, token) =>
            new Change(old => Splice(old, place, 0, s_tokens[token]))),
        Gen.Select(s_place, Gen.Int[0, s_tokens.Length - 1], (place, token) =>
            new Change(old => Splice(old, place, s_tokens[token].Length, s_tokens[token]))),
        Gen.Select(s_place, Gen.Int[1, 64], (place, count) => new Change(old => Splice(old, place, count, []))),
        Gen.Select(s_place, Gen.Int[1, 256], (place, count) =>
            new Change(old => Splice(old, place, 0, Slice(old, place, count)))),
        Gen.Select(s_place, s_place, (from, to) => new Change(old => Splice(old, to, 0, Slice(old, from, 48)))),
        s_place.Select(place => new Change(old => old[..At(old, place)])));

    /// <summary>One of the valid contents with a few changes, now and then with the rest of another one.</summary>
    public static Gen<byte[]> Of(IReadOnlyList<byte[]> valid) => Gen.Select(
        Gen.Int[0, valid.Count - 1], Gen.Int[0, valid.Count - 1], Gen.Int[0, 9], s_place,
        s_change.Array[1, MostChanges],
        (first, other, chance, place, changes) =>
        {
            var content = chance == 0
                ? [.. valid[first][..At(valid[first], place)], .. valid[other][At(valid[other], place)..]]
                : valid[first];
            foreach (var change in changes)
                content = change(content);
            return content.Length <= LongestContent ? content : content[..LongestContent];
        });

    private static int At(byte[] content, double place) => (int)(place * content.Length);

    private static byte[] Slice(byte[] content, double place, int count) =>
        [.. content.AsSpan(At(content, place)..Math.Min(content.Length, At(content, place) + count))];

    private static byte[] Put(byte[] content, double place, Func<byte, byte> value)
    {
        if (content.Length == 0)
            return content;
        var changed = (byte[])content.Clone();
        var at = Math.Min(content.Length - 1, At(content, place));
        changed[at] = value(changed[at]);
        return changed;
    }

    private static byte[] Splice(byte[] content, double place, int removed, byte[] inserted)
    {
        var at = At(content, place);
        return [.. content[..at], .. inserted, .. content[Math.Min(content.Length, at + removed)..]];
    }
}
