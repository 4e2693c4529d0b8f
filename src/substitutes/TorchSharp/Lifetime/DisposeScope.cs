namespace TorchSharp;

/// <summary>
/// Disposes, when it closes, what was created on this thread while it was the innermost open scope. Scopes belong to
/// one thread and nest; open them with <see cref="torch.NewDisposeScope"/>.
/// </summary>
public sealed partial class DisposeScope : IDisposable
{
    private readonly HashSet<IDisposable> _members = new(ReferenceEqualityComparer.Instance);
    private bool _closed;

    internal DisposeScope(DisposeScope? outer) => Outer = outer;

    internal DisposeScope? Outer { get; }

    public int DisposablesCount => _members.Count;

    public IReadOnlyList<IDisposable> DisposablesView => [.. _members];

    public bool Contains(IDisposable disposable) => _members.Contains(disposable);

    /// <summary>Puts something under this scope, out of the one it may be in.</summary>
    public void Attach(IDisposable disposable)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (disposable is torch.Tensor tensor)
        {
            if (!ReferenceEquals(tensor.OwningScope, this))
                tensor.OwningScope?._members.Remove(tensor);
            tensor.OwningScope = this;
        }
        _members.Add(disposable);
    }

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var list = disposables.ToList();
        list.ForEach(Attach);
        return list;
    }

    /// <summary>Forgets something that somebody else has disposed.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        _members.Remove(disposable);
        if (disposable is torch.Tensor tensor)
            tensor.OwningScope = null;
    }

    /// <summary>Closes the scope, and all scopes opened inside it that were left open.</summary>
    public void Dispose()
    {
        if (_closed)
            return;
        DisposeEverything();
        _closed = true;
        DisposeScopeManager.Close(this);
    }

    public void DisposeEverything() => DisposeEverythingBut(Enumerable.Empty<IDisposable>());

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var keep = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        foreach (var member in _members.Where(member => !keep.Contains(member)).ToList())
        {
            MarkAsDisposed(member);
            member.Dispose();
        }
    }
}
