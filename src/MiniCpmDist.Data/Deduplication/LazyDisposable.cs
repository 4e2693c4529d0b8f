namespace MiniCpmDist.Data.Deduplication;

/// <summary>Something that is made when it is first needed, and disposed of if it was made.</summary>
internal sealed class LazyDisposable<T>(Func<T> make) : IDisposable where T : IDisposable
{
    private readonly Lazy<T> _value = new(make);

    public T Value => _value.Value;

    public void Dispose()
    {
        if (_value.IsValueCreated)
            _value.Value.Dispose();
    }
}
