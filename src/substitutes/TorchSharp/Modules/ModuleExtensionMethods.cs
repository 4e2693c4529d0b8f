using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Moves whole modules. The parameter objects stay, and with them what is tied; their gradients are
/// dropped.</summary>
public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, ScalarType type, bool non_blocking = false) where T : nn.Module =>
        Convert(module, type, null, non_blocking);

    public static T to<T>(this T module, Device device, bool non_blocking = false) where T : nn.Module =>
        Convert(module, null, device, non_blocking);

    public static T to<T>(this T module, Device device, ScalarType type,
        bool non_blocking = false) where T : nn.Module =>
        Convert(module, type, device, non_blocking);

    public static T cpu<T>(this T module, bool non_blocking = false) where T : nn.Module =>
        module.to(CPU, non_blocking);

    private static T Convert<T>(T module, ScalarType? type, Device? device, bool nonBlocking) where T : nn.Module
    {
        using var _ = no_grad();
        foreach (var parameter in module.parameters())
        {
            var wanted = parameter.requires_grad;
            Renew(parameter, type, device, nonBlocking);
            parameter.requires_grad = wanted;
        }
        foreach (var buffer in module.buffers())
            Renew(buffer, type, device, nonBlocking);
        return module;
    }

    private static void Renew(Tensor tensor, ScalarType? type, Device? device, bool nonBlocking)
    {
        // Masks and counts keep their type: only numbers with a fraction take another.
        var target = tensor.is_floating_point() ? type ?? tensor.dtype : tensor.dtype;
        using var converted = tensor.to(target, device ?? tensor.device, non_blocking: nonBlocking);
        using var leaf = converted.detach();
        tensor.Replace(leaf.Take());
    }
}
