using System.Globalization;
using System.Text;

namespace Grpc.Wire;

/// <summary>
/// Percent-encoding of <c>grpc-message</c>: UTF-8 bytes outside of printable ASCII, and <c>%</c>, as %XX.
/// </summary>
internal static class StatusMessage
{
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is >= 0x20 and <= 0x7E and not (byte)'%')
                encoded.Append((char)value);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return encoded.ToString();
    }

    /// <summary>Never fails: what is no escape stays as it is, since half a message is better than none.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal))
            return encoded;

        var bytes = new List<byte>(encoded.Length);
        for (var index = 0; index < encoded.Length; index++)
        {
            if (encoded[index] == '%'
                && index + 2 < encoded.Length
                && byte.TryParse(
                    encoded.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                    out var value))
            {
                bytes.Add(value);
                index += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(encoded, index, 1));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
