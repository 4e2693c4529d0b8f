namespace MiniCpmDist.Native.TorchExt;

/// <summary>The state of libtorch's own random generators, as bytes to keep and to set again.</summary>
public static class RandomState
{
    private const int Host = -1;

    /// <summary>That of the host's generator.</summary>
    public static byte[] OfHost() => Read(Host);

    /// <summary>That of a device's generator.</summary>
    public static byte[] OfDevice(int device) => Read(RequireDevice(device));

    public static void SetHost(ReadOnlySpan<byte> state) =>
        Interop.mcd_torchext_random_state_set(Host, state, state.Length);

    public static void SetDevice(int device, ReadOnlySpan<byte> state) =>
        Interop.mcd_torchext_random_state_set(RequireDevice(device), state, state.Length);

    private static byte[] Read(int device)
    {
        Interop.mcd_torchext_random_state_get(device, [], 0, out var bytes);
        var state = new byte[bytes];
        Interop.mcd_torchext_random_state_get(device, state, bytes, out _);
        return state;
    }

    private static int RequireDevice(int device)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(device);
        return device;
    }
}
