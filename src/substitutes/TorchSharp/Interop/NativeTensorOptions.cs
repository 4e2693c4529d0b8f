using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary><c>mcd_tensor_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct NativeTensorOptions(torch.ScalarType type, torch.Device device, bool requiresGrad)
{
    public readonly int Type = (int)type;
    public readonly int DeviceType = (int)device.type;
    public readonly int DeviceIndex = device.index;
    public readonly int RequiresGrad = requiresGrad ? 1 : 0;
}
