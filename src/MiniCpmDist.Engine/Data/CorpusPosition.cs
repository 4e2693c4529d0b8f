namespace MiniCpmDist.Engine.Data;

/// <summary>How much of a corpus has been read, in bytes on disk.</summary>
internal sealed class CorpusPosition
{
    private readonly Dictionary<string, long> _before = [];

    public CorpusPosition(IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            _before[file] = BytesTotal;
            BytesTotal += new FileInfo(file).Length;
        }
        Sources = [.. files.Select(file => new DataSource(Path.GetFileName(file), new FileInfo(file).Length))];
    }

    public long BytesTotal { get; }

    public IReadOnlyList<DataSource> Sources { get; }

    public long BytesRead(string file, long filePosition) => _before[file] + filePosition;
}
