using System.Runtime.InteropServices.Marshalling;

namespace MiniCpmDist.Native.Loading;

/// <summary>Turns a native status into nothing (success) or a <see cref="NativeException"/> (anything else).</summary>
[CustomMarshaller(typeof(Status), MarshalMode.ManagedToUnmanagedOut, typeof(StatusMarshaller))]
public static class StatusMarshaller
{
    /// <summary>Called by the generated P/Invoke code for each return value.</summary>
    public static Status ConvertToManaged(int status) =>
        status == 0 ? default : throw NativeException.FromLastError(status);
}
