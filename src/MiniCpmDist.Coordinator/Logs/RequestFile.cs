using MiniCpmDist.Core.Problems;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>
/// <c>requests.jsonl</c>: what a coordinator knows, line after line. A line that a crash has torn goes when the file is
/// opened again: nobody was told that it was there. Whatever else has damaged the end looks the same, so it is kept in
/// <c>requests.jsonl.damaged</c>, and told. What has become superfluous is left out of a new file when there is much of
/// it. Not thread-safe.
/// </summary>
internal sealed class RequestFile
{
    public const string Name = "requests.jsonl";

    /// <summary>Gets the ends that could not be read, one after the other.</summary>
    public const string DamagedName = Name + ".damaged";
    private const string NewName = Name + ".new";

    private readonly ILogFiles _files;
    private long _length;
    private int _lines;
    private bool _isDoubtful;

    private RequestFile(ILogFiles files) => _files = files;

    /// <summary>Lines in the file.</summary>
    public int Lines => _lines;

    /// <summary>Opens the file and reads what is in it.</summary>
    /// <param name="files">The folder.</param>
    /// <param name="where">The folder's name, for problems.</param>
    /// <param name="read">Takes the entries, oldest first.</param>
    /// <param name="tell">Takes a sentence where the end of the file was damaged.</param>
    /// <exception cref="ConfigurationException">A line before the last ones is damaged.</exception>
    public static RequestFile Open(
        ILogFiles files, string where, Action<LogEntry> read, Action<string>? tell = null)
    {
        var file = new RequestFile(files);
        files.Delete(NewName); // Of a crash before it took its place.
        var bytes = Read(files, where);
        var entries = file.Parse(bytes, where);
        if (file._length < bytes.Length)
        {
            // Kept before it is cut: a crash in between keeps it twice.
            files.Append(DamagedName, bytes.AsSpan((int)file._length));
            files.Sync(DamagedName);
            files.Truncate(Name, file._length);
            tell?.Invoke(
                $"{Path.Combine(where, Name)}: the last {bytes.Length - file._length} bytes, from line "
                + $"{file._lines + 1} on, are no whole lines; they are kept in {DamagedName}. A request in them was "
                + "not promised to anybody if a crash has torn it.");
        }
        foreach (var entry in entries)
            read(entry);
        return file;
    }

    /// <summary>Adds entries; they are on the disk when the call returns, all or, after an exception, none.</summary>
    /// <exception cref="LogUnwritableException">The disk does not take them.</exception>
    public void Append(params ReadOnlySpan<LogEntry> entries)
    {
        using var lines = new MemoryStream();
        foreach (var entry in entries)
            lines.Write(LogLine.Write(entry));
        try
        {
            CutDoubtful();
            _isDoubtful = true;
            _files.Append(Name, lines.GetBuffer().AsSpan(0, (int)lines.Length));
            _files.Sync(Name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LogUnwritableException(exception);
        }

        _isDoubtful = false;
        _length += lines.Length;
        _lines += entries.Length;
    }

    /// <summary>Replaces everything by these entries. A failure leaves the file as it is.</summary>
    public void Rewrite(IEnumerable<LogEntry> entries)
    {
        using var lines = new MemoryStream();
        var count = 0;
        foreach (var entry in entries)
        {
            lines.Write(LogLine.Write(entry));
            count++;
        }

        try
        {
            _files.Delete(NewName);
            _files.Append(NewName, lines.GetBuffer().AsSpan(0, (int)lines.Length));
            _files.Sync(NewName);
            _files.Replace(Name, NewName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return; // It stays long; the next time may succeed.
        }

        (_length, _lines, _isDoubtful) = (lines.Length, count, false);
    }

    private static byte[] Read(ILogFiles files, string where)
    {
        try
        {
            return files.Read(Name);
        }
        catch (UnfitFileException exception)
        {
            throw new ConfigurationException([new Problem(
                Path.Combine(where, Name), exception.Expected, exception.Found,
                "restore the file, or move it away: requests that were not decided are then forgotten")]);
        }
    }

    // A write that failed may have left a piece behind, and the next line must not be glued to it.
    private void CutDoubtful()
    {
        if (_isDoubtful)
            _files.Truncate(Name, _length);
        _isDoubtful = false;
    }

    private List<LogEntry> Parse(ReadOnlySpan<byte> bytes, string where)
    {
        var entries = new List<LogEntry>();
        var damagedLine = 0;
        var number = 0;
        for (var start = 0; start < bytes.Length;)
        {
            number++;
            var size = bytes[start..].IndexOf((byte)'\n');
            var entry = size < 0 ? null : ReadLine(bytes.Slice(start, size), where, number);
            if (entry is not null && damagedLine > 0)
                throw Damaged(where, damagedLine, "a line whose checksum does not fit, with good ones after it");
            if (entry is null)
                damagedLine = damagedLine > 0 ? damagedLine : number;
            else
                entries.Add(entry);
            start = size < 0 ? bytes.Length : start + size + 1;
            if (damagedLine == 0)
                _length = start;
        }

        _lines = entries.Count;
        return entries;
    }

    private static LogEntry? ReadLine(ReadOnlySpan<byte> line, string where, int number)
    {
        try
        {
            return LogLine.Read(line);
        }
        catch (FormatException exception)
        {
            throw Damaged(where, number, exception.Message);
        }
    }

    private static ConfigurationException Damaged(string where, int line, string found) => new([new Problem(
        $"{Path.Combine(where, Name)}:{line}", "a line of the request log", found,
        "restore the file, or move it away: requests that were not decided are then forgotten")]);
}
