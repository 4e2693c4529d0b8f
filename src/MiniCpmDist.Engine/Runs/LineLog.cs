using System.Text;

namespace MiniCpmDist.Engine.Runs;

/// <summary>
/// A file of lines that only grows. A line that a crash has torn is cut off when the file is opened again: it was never
/// acted on, and the next line must not be glued to it. While the disk refuses lines they wait, in order, for the
/// next that it takes: a full disk ends no training.
/// </summary>
internal sealed class LineLog : IDisposable
{
    /// <summary>Lines that may wait. A day of steps, and a fraction of what a model takes.</summary>
    private const int MostWaiting = 100_000;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly Queue<string> _waiting = new();

    // Unbuffered: a line that the disk has refused must not be written behind our back.
    public LineLog(string path)
    {
        _path = path;
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        CutTornLine();
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

    /// <summary>At the end of training: nobody will come back for lines that wait.</summary>
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
        var end = _file.Position;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
            if (durable)
                _file.Flush(flushToDisk: true);
            return true;
        }
        catch (IOException)
        {
            // Half a line may be there.
            _file.SetLength(end);
            _file.Position = end;
            return false;
        }
    }

    private void CutTornLine()
    {
        var end = _file.Length;
        while (end > 0)
        {
            _file.Position = end - 1;
            if (_file.ReadByte() == '\n')
                break;
            end--;
        }
        _file.SetLength(end);
        _file.Position = end;
    }
}
