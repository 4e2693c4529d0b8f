using System.Text;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// A file of lines that only grows. A line that a crash has torn is cut off when the file is opened again: it was never
/// acted on, and the next line must not be glued to it.
/// </summary>
internal sealed class LineLog : IDisposable
{
    private readonly FileStream _file;

    public LineLog(string path)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        CutTornLine();
    }

    /// <summary>Adds a line; <paramref name="durable"/>: it is on the disk when the call returns.</summary>
    public void Append(string line, bool durable = false)
    {
        _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _file.Flush(flushToDisk: durable);
    }

    /// <summary>Brings all lines to the disk.</summary>
    public void Sync() => _file.Flush(flushToDisk: true);

    public void Dispose() => _file.Dispose();

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
