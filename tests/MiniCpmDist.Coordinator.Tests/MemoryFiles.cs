using MiniCpmDist.Coordinator.Logs;

namespace MiniCpmDist.Coordinator.Tests;

/// <summary>
/// A folder in memory whose process can be killed, or whose disk can fail, after any number of bytes and operations.
/// </summary>
internal sealed class MemoryFiles : ILogFiles
{
    private readonly Dictionary<string, List<byte>> _files = [];
    private long _left = long.MaxValue;
    private Func<Exception> _end = () => new KilledException();

    /// <summary>Bytes and operations that were done.</summary>
    public long Work { get; private set; }

    /// <summary>What a process that comes later finds.</summary>
    public MemoryFiles AfterDeath()
    {
        var copy = new MemoryFiles();
        foreach (var (name, bytes) in _files)
            copy._files[name] = [.. bytes];
        return copy;
    }

    /// <summary>From here on so many bytes and operations succeed, and then none.</summary>
    public void EndAfter(long work, Func<Exception> end) => (_left, _end) = (work, end);

    public void Heal() => _left = long.MaxValue;

    public IReadOnlyList<string> Names() => [.. _files.Keys];

    public byte[] Read(string name) => _files.TryGetValue(name, out var bytes) ? [.. bytes] : [];

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        Spend();
        if (!_files.TryGetValue(name, out var file))
            _files.Add(name, file = []);
        foreach (var octet in bytes)
        {
            Spend();
            file.Add(octet);
        }
    }

    public void Sync(string name) => Spend();

    public void Truncate(string name, long length)
    {
        Spend();
        if (_files.TryGetValue(name, out var file))
            file.RemoveRange((int)length, file.Count - (int)length);
    }

    public void Replace(string name, string replacement)
    {
        Spend();
        _files[name] = _files[replacement];
        _files.Remove(replacement);
    }

    public void Delete(string name)
    {
        Spend();
        _files.Remove(name);
    }

    private void Spend()
    {
        if (_left == 0)
            throw _end();
        _left--;
        Work++;
    }
}
