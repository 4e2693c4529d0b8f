namespace TorchSharp.Modules;

/// <summary>A tensor that a module learns: a leaf that wants gradients.</summary>
public class Parameter : torch.Tensor
{
    /// <summary>Takes the tensor over: <paramref name="data"/> is empty afterwards.</summary>
    public Parameter(torch.Tensor data, bool requires_grad = true) : base(TakeLeaf(data)) =>
        this.requires_grad = requires_grad;

    private static Interop.TensorHandle TakeLeaf(torch.Tensor data)
    {
        if (data.is_leaf)
            return data.Take();
        // A result of recorded operations cannot be a leaf: the parameter is the same memory without that past.
        using var result = data.detach();
        data.Dispose();
        return result.Take();
    }
}
