namespace MiniCpmDist.Data.Building;

/// <summary>What the threads of this process have done in this attempt; any of them may read and add.</summary>
internal sealed class BuildCounters
{
    private long _documents;
    private long _tokens;
    private long _bytes;
    private int _units;

    public long Documents => Interlocked.Read(ref _documents);

    public long Tokens => Interlocked.Read(ref _tokens);

    public long Bytes => Interlocked.Read(ref _bytes);

    public int Units => Volatile.Read(ref _units);

    public void Add(long documents, long tokens)
    {
        Interlocked.Add(ref _documents, documents);
        Interlocked.Add(ref _tokens, tokens);
    }

    public void AddBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void AddUnit() => Interlocked.Increment(ref _units);
}
