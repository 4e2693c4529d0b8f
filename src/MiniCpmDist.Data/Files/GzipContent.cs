using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace MiniCpmDist.Data.Files;

/// <summary>
/// The content of a gzip file: every member to its last byte, or an error that says where the file is wrong. .NET's
/// GZipStream takes anything that is no header for the end of the file, so that one changed byte between two members
/// loses all that follow. Zeros after the last member are padding and legal; anything else is an error.
/// </summary>
/// <param name="stored">The file's bytes.</param>
/// <param name="isProbe">Only one look inside a member: a file could hold members in members without end.</param>
internal sealed class GzipContent(Stream stored, bool isProbe = false) : ForwardStream
{
    private const int BufferBytes = 1 << 17;
    private const int TrailerBytes = 8;

    // Headers that are looked at inside what may be the rest of a member. By chance there is hardly one.
    private const int MostProbes = 8;
    private const string Repair = "fetch the file again or leave it out";

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly Crc32 _checksum = new();
    private long _dropped;
    private int _start;
    private int _end;
    private int _handed;
    private long _memberStart;
    private uint _contentBytes;
    private DeflateStream? _member;
    private bool _isAtEnd;
    private bool _ranOut;

    private long Offset => _dropped + _start;

    /// <exception cref="CompressedFileException">The file is damaged, cut short, or no gzip file.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_member is null && !BeginMember())
                return 0;
            var count = Inflate(buffer);
            if (count > 0)
            {
                _checksum.Append(buffer[..count]);
                _contentBytes = unchecked(_contentBytes + (uint)count);
                return count;
            }
            EndMember();
        }
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _member?.Dispose();
        base.Dispose(disposing);
    }

    private int Inflate(Span<byte> buffer)
    {
        try
        {
            var count = _member!.Read(buffer);
            return count > 0 || !_ranOut ? count : throw CutShort();
        }
        catch (InvalidDataException)
        {
            // What .NET says of such data is often another thing ("an unsupported compression method").
            throw _ranOut ? CutShort() : new CompressedFileException(
                "a whole file", $"damaged data before byte {Offset}, in {Member}", Repair);
        }
    }

    // False at the end of the file.
    private bool BeginMember()
    {
        if (_isAtEnd)
            return false;
        var isFirst = Offset == 0;
        Fill(GzipHeader.FixedBytes);
        if (_start == _end || (!isFirst && _buffer[_start] == 0))
        {
            _isAtEnd = true;
            if (isFirst)
                throw new CompressedFileException("a gzip file", "an empty file", Repair);
            RequireZeros();
            return false;
        }
        var start = _buffer.AsSpan(_start, Math.Min(GzipHeader.FixedBytes, _end - _start));
        (_memberStart, _ranOut, _contentBytes) = (Offset, false, 0);
        _checksum.Reset();
        if (!GzipHeader.Begins(start))
            throw isFirst ? OtherFile(start) : NoHeader($"the bytes {Convert.ToHexStringLower(start)}");
        if (GzipHeader.Skip(NextByte) is { } problem)
            throw NoHeader(problem);
        _member = new DeflateStream(new Feed(this), CompressionMode.Decompress);
        return true;
    }

    // DeflateStream does not say where in its last input a member ends. The last eight bytes of the member do: they are
    // the checksum and the length of what came out.
    private void EndMember()
    {
        _member!.Dispose();
        _member = null;
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[sizeof(uint)..], _contentBytes);
        // The trailer may continue after these bytes, and what follows it is looked at.
        _start -= _handed;
        Fill(_handed + TrailerBytes + 2);
        var length = Math.Min(_end - _start, _handed + TrailerBytes + 2);
        var at = TrailerAt(_buffer.AsSpan(_start, length), trailer);
        if (at < 0 || (!isProbe && HoldsMember(_buffer.AsSpan(_start, at + TrailerBytes))))
        {
            throw new CompressedFileException(
                "a whole file", $"{Member}, whose content is not that of its checksum, or which is cut short", Repair);
        }
        _start += at + TrailerBytes;
    }

    private static int TrailerAt(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> trailer)
    {
        var isOfNothing = !trailer.ContainsAnyExcept((byte)0);
        var found = -1;
        while (bytes[(found + 1)..].IndexOf(trailer) is >= 0 and var next)
        {
            found += next + 1;
            var rest = bytes[(found + TrailerBytes)..];
            // Eight zeros may seem to begin a byte too early: data before them may end with one.
            if (!isOfNothing || rest.IsEmpty || GzipHeader.Begins(rest))
                break;
        }
        return found;
    }

    // True where a whole member lies in bytes that seem to be the rest of one. Then the content of this member is
    // damaged: it happens to have become that of the next member, whose trailer was taken for its own.
    private static bool HoldsMember(ReadOnlySpan<byte> bytes)
    {
        var probes = 0;
        for (var at = 1; at + GzipHeader.FixedBytes + TrailerBytes < bytes.Length && probes < MostProbes; at++)
        {
            if (!GzipHeader.Begins(bytes[at..]))
                continue;
            probes++;
            try
            {
                using var member = new GzipContent(new MemoryStream(bytes[at..].ToArray()), isProbe: true);
                member.CopyTo(Null);
                return true;
            }
            catch (CompressedFileException)
            {
                // These bytes only looked like a member.
            }
        }
        return false;
    }

    private string Member => $"the gzip member that begins at byte {_memberStart}";

    private static CompressedFileException OtherFile(ReadOnlySpan<byte> start) => new(
        "a gzip file, by its name", GzipHeader.Describe(start),
        "compress it with gzip, or name it without .gz if it is not compressed");

    private CompressedFileException NoHeader(string found) => new(
        $"the header of a gzip member, or the end of the file, at byte {_memberStart}",
        $"{found}: the file is damaged there, or what follows does not belong to it", Repair);

    private CompressedFileException CutShort() => new(
        "a whole file", $"{Member} and is cut short at byte {_dropped + _end}", Repair);

    private void RequireZeros()
    {
        for (; Fill(1); _start++)
        {
            if (_buffer[_start] != 0)
            {
                throw new CompressedFileException(
                    "nothing but zeros after the last gzip member", $"other data at byte {Offset}", Repair);
            }
        }
    }

    private byte NextByte() => Fill(1) ? _buffer[_start++] : throw CutShort();

    // True when the buffer has that many bytes; it has fewer where the file ends.
    private bool Fill(int bytes)
    {
        if (_end - _start >= bytes)
            return true;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _dropped += _start;
        (_start, _end) = (0, _end - _start);
        while (_end < bytes && stored.Read(_buffer, _end, _buffer.Length - _end) is > 0 and var count)
            _end += count;
        return _end >= bytes;
    }

    private int HandOut(Span<byte> to)
    {
        _ranOut = !Fill(1);
        var count = Math.Min(to.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(to);
        _handed = count;
        _start += count;
        return count;
    }

    /// <summary>What DeflateStream reads from.</summary>
    private sealed class Feed(GzipContent owner) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => owner.HandOut(buffer);
    }
}
