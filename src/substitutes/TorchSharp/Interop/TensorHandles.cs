namespace TorchSharp.Interop;

/// <summary>The addresses of a list of tensors for one call; keeps each of them open until disposed. Null stays
/// null.</summary>
internal readonly ref struct TensorHandles
{
    private readonly TensorHandle?[] _held;

    public TensorHandles(ReadOnlySpan<torch.Tensor> tensors)
    {
        _held = new TensorHandle?[tensors.Length];
        var pointers = new IntPtr[tensors.Length];
        try
        {
            for (var i = 0; i < tensors.Length; i++)
            {
                if (tensors[i] is not { } tensor)
                    continue;
                var handle = tensor.Native;
                var added = false;
                handle.DangerousAddRef(ref added);
                _held[i] = handle;
                pointers[i] = handle.DangerousGetHandle();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        Pointers = pointers;
    }

    public ReadOnlySpan<IntPtr> Pointers { get; }

    public int Count => _held.Length;

    public void Dispose()
    {
        foreach (var handle in _held)
            handle?.DangerousRelease();
    }
}
