using System.Text;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Runs.Journal;

/// <summary>
/// A file of lines that only grows. A line that a crash has torn is cut off when the file is opened again: nobody acted
/// on it, and the next line must not be glued to it. While the disk refuses lines, they wait in order until it takes
/// them: a full disk does not end a training.
/// </summary>
internal sealed class LineLog : IDisposable
{
    /// <summary>The most lines that may wait: a day of steps, in a fraction of the memory of a model.</summary>
    private const int MostWaiting = 100_000;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly Queue<string> _waiting = new();
    private long _end;
    private bool _isDoubtful;

    // The file is unbuffered: a line that the disk has refused must not be written later without our knowledge.
    public LineLog(string path)
        : this(path, Open(path))
    {
    }

    /// <summary>Opens the log over a file that is open already, and disposes of that file.</summary>
    internal LineLog(string path, FileStream file)
    {
        (_path, _file) = (path, file);
        _end = EndOfLines();
        _file.SetLength(_end);
    }

    /// <summary>
    /// Adds a line, after those that wait; <paramref name="durable"/>: it is on the disk when the call returns true.
    /// </summary>
    /// <returns>False where the disk takes none now; the line waits.</returns>
    /// <exception cref="IOException">More lines wait than can be remembered.</exception>
    public bool Append(string line, bool durable = false)
    {
        if (_waiting.Count == MostWaiting)
            throw new IOException($"{_path} could not be written for {MostWaiting} lines.");
        _waiting.Enqueue(line);
        return WriteWaiting(durable);
    }

    /// <summary>
    /// Adds a line that is on the disk when the call returns true; one that the disk refuses is forgotten.
    /// </summary>
    public bool TryAppendDurable(string line) => WriteWaiting(durable: false) && TryWrite(line, durable: true);

    /// <summary>Brings all lines to the disk, as far as it takes them.</summary>
    public void Sync()
    {
        if (WriteWaiting(durable: false))
            _file.Flush(flushToDisk: true);
    }

    /// <summary>Called at the end of training, when no later call can write lines that wait.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public void RequireWritten()
    {
        if (!WriteWaiting(durable: false))
            throw new IOException($"{_path}: the last {_waiting.Count} lines could not be written.");
    }

    public void Dispose()
    {
        WriteWaiting(durable: false);
        _file.Dispose();
    }

    private static FileStream Open(string path)
    {
        if (Path.Exists(path))
            InputFile.Require(path);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ConfigurationException([new Problem(
                path, "a file that this user can write", exception.Message.TrimEnd('.'),
                "give the run's folder to the user that trains it")]);
        }
    }

    private bool WriteWaiting(bool durable)
    {
        while (_waiting.TryPeek(out var line))
        {
            if (!TryWrite(line, durable && _waiting.Count == 1))
                return false;
            _waiting.Dequeue();
        }
        return true;
    }

    private bool TryWrite(string line, bool durable)
    {
        try
        {
            // Half a line may be left that could not be removed at once.
            if (_isDoubtful)
                _file.SetLength(_end);
            _isDoubtful = true;
            var bytes = Encoding.UTF8.GetBytes(line + "\n");
            _file.Position = _end;
            _file.Write(bytes);
            if (durable)
                _file.Flush(flushToDisk: true);
            (_end, _isDoubtful) = (_end + bytes.Length, false);
            return true;
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            return false;
        }
    }

    /// <summary>
    /// True where the disk is full or the write is not permitted. To a training, both are a disk that takes nothing
    /// now.
    /// </summary>
    private static bool IsRefusal(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>The place at which the last whole line ends.</summary>
    private long EndOfLines()
    {
        var block = new byte[1 << 16];
        for (var end = _file.Length; end > 0;)
        {
            var start = Math.Max(0, end - block.Length);
            _file.Position = start;
            var count = _file.ReadAtLeast(block.AsSpan(0, (int)(end - start)), (int)(end - start));
            var found = block.AsSpan(0, count).LastIndexOf((byte)'\n');
            if (found >= 0)
                return start + found + 1;
            end = start;
        }
        return 0;
    }
}
