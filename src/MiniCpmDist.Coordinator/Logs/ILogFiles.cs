namespace MiniCpmDist.Coordinator.Logs;

/// <summary>What a log asks of a folder; tests cut it off in the middle of any of these.</summary>
internal interface ILogFiles
{
    /// <summary>The names of all files; none where there is no folder.</summary>
    IReadOnlyList<string> Names();

    /// <summary>Reads the whole file; empty if it does not exist.</summary>
    byte[] Read(string name);

    /// <summary>Adds to the end of a file, which is made if it does not exist.</summary>
    void Append(string name, ReadOnlySpan<byte> bytes);

    /// <summary>Syncs a file: what has been added, and the name, are on the disk when the call returns.</summary>
    void Sync(string name);

    void Truncate(string name, long length);

    /// <summary>Gives a file the name of another one, which it takes the place of at once or not at all.</summary>
    void Replace(string name, string replacement);

    void Delete(string name);
}
