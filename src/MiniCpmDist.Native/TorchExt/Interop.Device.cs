using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.TorchExt;

/// <summary>The functions of <c>mcd_torchext_device.h</c>.</summary>
internal static partial class Interop
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_device_is_supported(out int supported);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_device_count(out int count);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_device_select(int device);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_device_current(out int device);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_device_synchronize(int device);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_stream_create(
        int device, int highPriority, out SafeStreamHandle stream);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_stream_current(int device, out SafeStreamHandle stream);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_stream_use(SafeStreamHandle stream);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_stream_is_idle(SafeStreamHandle stream, out int idle);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_stream_synchronize(SafeStreamHandle stream);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_stream_raw(SafeStreamHandle stream, out nint raw);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_event_create(out SafeEventHandle @event);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_event_record(SafeEventHandle @event, SafeStreamHandle stream);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_event_block(SafeEventHandle @event, SafeStreamHandle stream);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_event_is_done(SafeEventHandle @event, out int done);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_event_synchronize(SafeEventHandle @event);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_pinned_create(
        long bytes, out SafePinnedHandle memory, out nint address);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_device_memory(int device, out DeviceMemory memory);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_device_memory_reset_peaks(int device);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_random_state_get(
        int device, Span<byte> state, long capacity, out long bytes);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_random_state_set(int device, ReadOnlySpan<byte> state, long bytes);

    // From a SafeHandle's release nothing may be thrown: the status is looked at there, not here.
    [LibraryImport(Library)]
    internal static partial int mcd_torchext_stream_release(nint stream);

    [LibraryImport(Library)]
    internal static partial int mcd_torchext_event_release(nint @event);

    [LibraryImport(Library)]
    internal static partial int mcd_torchext_pinned_release(nint memory);
}
