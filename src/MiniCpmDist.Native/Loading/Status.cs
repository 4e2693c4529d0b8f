using System.Runtime.InteropServices.Marshalling;

namespace MiniCpmDist.Native.Loading;

/// <summary>
/// What every native call returns. It carries nothing: the marshaller has already thrown a
/// <see cref="NativeException"/> when the call failed, so a caller cannot forget to look.
/// </summary>
[NativeMarshalling(typeof(StatusMarshaller))]
public readonly struct Status;
