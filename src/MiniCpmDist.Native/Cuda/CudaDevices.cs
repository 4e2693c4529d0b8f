using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Cuda;

/// <summary>
/// The CUDA devices that this process sees. Where libtorch was built without CUDA, <see cref="AreSupported"/> is false,
/// <see cref="Count"/> is 0 and everything else throws a <see cref="NativeException"/> that says so.
/// </summary>
public static unsafe class CudaDevices
{
    // cudaErrorInsufficientDriver, cudaErrorNoDevice: there is nothing to compute on, and that is an answer.
    private const int NoDriver = 35;
    private const int NoDevice = 100;

    /// <summary>True when the libtorch in use was built with CUDA, whether there is a device or not.</summary>
    public static bool AreSupported => CudaLibrary.Found is not null;

    /// <summary>0 without CUDA, without a driver and without a device.</summary>
    public static int Count
    {
        get
        {
            if (CudaLibrary.Found is not { } cuda)
                return 0;
            int count;
            var result = cuda.GetDeviceCount(&count);
            if (result is NoDriver or NoDevice)
                return 0;
            cuda.Require("count the devices", result);
            return count;
        }
    }

    /// <summary>Makes a device the calling thread's: a rank takes that of its index among the host's ranks.</summary>
    public static void Select(int device)
    {
        var cuda = CudaLibrary.Required;
        if (device < 0 || device >= Count)
        {
            throw new NativeException(
                $"expected a device from 0 to {Count - 1}, found {device} ({Count} devices are visible; "
                + "CUDA_VISIBLE_DEVICES may hide others)");
        }
        cuda.Require("select a device", cuda.SetDevice(device));
    }
}
