using System.Collections;
using System.Globalization;

namespace TorchSharp.Modules;

/// <summary>Modules in a row, named 0, 1, 2, ...</summary>
public class ModuleList<T> : torch.nn.Module, IList<T> where T : torch.nn.Module
{
    private readonly List<T> _items;

    public ModuleList(params T[] modules) : base(nameof(ModuleList<>))
    {
        _items = [.. modules];
        Rename();
    }

    public int Count => _items.Count;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => _items[index];
        set => Change(() => _items[index] = value);
    }

    public void Add(T item) => Change(() => _items.Add(item));

    public void append(params T[] parameters) => Change(() => _items.AddRange(parameters));

    public void extend(IEnumerable<T> modules) => Change(() => _items.AddRange(modules));

    public void Insert(int index, T item) => Change(() => _items.Insert(index, item));

    public void RemoveAt(int index) => Change(() => _items.RemoveAt(index));

    public void Clear() => Change(_items.Clear);

    public bool Remove(T item)
    {
        var removed = _items.Remove(item);
        Rename();
        return removed;
    }

    public bool Contains(T item) => _items.Contains(item);

    public int IndexOf(T item) => _items.IndexOf(item);

    public void CopyTo(T[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

    public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    protected override void RegisterComponents() => Rename();

    private void Change(Action change)
    {
        change();
        Rename();
    }

    private void Rename()
    {
        ClearModules();
        for (var i = 0; i < _items.Count; i++)
            register_module(i.ToString(CultureInfo.InvariantCulture), _items[i]);
    }
}
