namespace MiniCpmDist.Native.TorchExt;

/// <summary>
/// The CUDA devices that this process sees. Where libtorch was built without CUDA, <see cref="AreSupported"/> is false,
/// <see cref="Count"/> is 0 and everything else throws a <see cref="Loading.NativeException"/> that says so.
/// </summary>
public static class CudaDevices
{
    /// <summary>True when the libtorch in use was built with CUDA, whether there is a device or not.</summary>
    public static bool AreSupported
    {
        get
        {
            Interop.mcd_torchext_device_is_supported(out var supported);
            return supported != 0;
        }
    }

    public static int Count
    {
        get
        {
            Interop.mcd_torchext_device_count(out var count);
            return count;
        }
    }

    /// <summary>The calling thread's device.</summary>
    public static int Current
    {
        get
        {
            Interop.mcd_torchext_device_current(out var device);
            return device;
        }
    }

    /// <summary>Makes a device the calling thread's: a rank takes that of its index among the host's ranks.</summary>
    public static void Select(int device) => Interop.mcd_torchext_device_select(device);

    /// <summary>Returns when the device has done all that was queued on it.</summary>
    public static void Synchronize(int device) => Interop.mcd_torchext_device_synchronize(device);

    public static DeviceMemory Memory(int device)
    {
        Interop.mcd_torchext_device_memory(device, out var memory);
        return memory;
    }

    /// <summary>Has the peaks of <see cref="Memory"/> begin anew.</summary>
    public static void ResetMemoryPeaks(int device) => Interop.mcd_torchext_device_memory_reset_peaks(device);
}
