using System.Buffers.Binary;

namespace MiniCpmDist.Data.Images;

/// <summary>
/// Whether a JPEG file goes on to its end mark (ITU T.81, annex B). The decoder does not say it of a progressive file:
/// one that is cut off has all its rows already, only blurred.
/// </summary>
internal static class JpegMarkers
{
    private const byte Mark = 0xff;
    private const byte Stuffing = 0x00;
    private const byte FirstRestart = 0xd0;
    private const byte StartOfImage = 0xd8;
    private const byte EndOfImage = 0xd9;
    private const byte Temporary = 0x01;

    /// <param name="content">The whole file.</param>
    public static bool ReachesEnd(ReadOnlySpan<byte> content)
    {
        for (var at = 0; at + 1 < content.Length;)
        {
            var next = content[at + 1];
            if (content[at] != Mark || next is Mark or Stuffing)
            {
                // Coded data, in which a mark's first byte is followed by a zero; or bytes that fill.
                at++;
                continue;
            }
            if (next == EndOfImage)
                return true;
            at += 2;
            if (next is Temporary or (>= FirstRestart and <= StartOfImage))
                continue;
            // A segment that says how long it is: thumbnails with marks of their own are in such a one.
            if (at + sizeof(ushort) > content.Length)
                return false;
            at += BinaryPrimitives.ReadUInt16BigEndian(content[at..]);
        }
        return false;
    }
}
