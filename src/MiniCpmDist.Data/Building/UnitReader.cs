using System.Buffers.Binary;
using System.IO.Hashing;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Data.Building;

/// <summary>Reads the documents of a unit back, and compares the file with its summary.</summary>
internal sealed class UnitReader : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private readonly Crc32 _checksum = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly FileStream _file;
    private readonly UnitSummary _summary;
    private readonly int _bytesPerToken;
    private int _start;
    private int _end;

    public UnitReader(string path, UnitSummary summary, int vocabularySize)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        _summary = summary;
        _bytesPerToken = TokenFileHeader.BytesFor(vocabularySize);
    }

    /// <summary>The next document; false after the last one.</summary>
    /// <param name="document">What is known of it.</param>
    /// <param name="ids">The id that is put before them.</param>
    /// <param name="begin">Put in front.</param>
    /// <param name="end">The id that is put after them.</param>
    public bool Next(out UnitDocument document, ref int[] ids, int begin, int end)
    {
        document = default;
        if (_start == _end && !Fill())
        {
            RequireWhole();
            return false;
        }
        document = UnitDocument.Read(Take(UnitDocument.Size));
        if (document.Ids > _summary.DataBytes / _bytesPerToken)
            throw Damaged();
        if (ids.Length < document.Ids + 2)
            ids = new int[document.Ids + 2];
        ids[0] = begin;
        for (var i = 1; i <= document.Ids; i++)
        {
            var bytes = Take(_bytesPerToken);
            ids[i] = _bytesPerToken == sizeof(ushort)
                ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
                : BinaryPrimitives.ReadInt32LittleEndian(bytes);
        }
        ids[document.Ids + 1] = end;
        return true;
    }

    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<byte> Take(int bytes)
    {
        while (_end - _start < bytes)
        {
            if (!Fill())
                throw Damaged();
        }
        _start += bytes;
        return _buffer.AsSpan(_start - bytes, bytes);
    }

    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var count = _file.Read(_buffer, _end, _buffer.Length - _end);
        _checksum.Append(_buffer.AsSpan(_end, count));
        _end += count;
        return count > 0;
    }

    private void RequireWhole()
    {
        if (_checksum.GetCurrentHashAsUInt32() != _summary.DataChecksum)
            throw Damaged();
    }

    private ConfigurationException Damaged() => new([new Problem(
        _file.Name, "the unit as it was written", "a changed file",
        "remove it and give the same command again: this unit alone is made anew")]);
}
