using System.Text;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Runs.Journal;

/// <summary>Follows a file of lines that grows.</summary>
internal sealed class LineTail(string path)
{
    // A file of a million steps is not read all at once, because somebody waits for an answer.
    private const int Most = 4 << 20;
    private long _read;

    /// <summary>Whole lines that were added since the last call, some megabytes of them at most.</summary>
    /// <returns>Null where the file is another one than before, and has to be read from its beginning.</returns>
    public IReadOnlyList<string>? Next()
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length < _read)
            return _read == 0 ? [] : null;
        if (file.Length == _read)
            return [];
        using var stream = RegularFile.Open(path);
        stream.Position = _read;
        var bytes = new byte[(int)Math.Min(Most, Math.Max(0, stream.Length - _read))];
        var there = bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        // What follows the last line end is still being written, or was torn by a crash.
        var whole = there.LastIndexOf((byte)'\n') + 1;
        // A line that is too long is passed over. Its end means nothing to any reader.
        _read += whole == 0 && there.Length == Most ? Most : whole;
        return whole == 0 ? [] : Encoding.UTF8.GetString(there[..whole]).Split('\n')[..^1];
    }
}
