namespace MiniCpmDist.Native.TorchExt;

/// <summary>Native memory seen as a span, so that only this assembly needs unsafe code.</summary>
public static class NativeSpan
{
    /// <summary>
    /// <paramref name="count"/> elements at <paramref name="address"/>; the caller keeps their owner alive.
    /// </summary>
    public static unsafe Span<T> Of<T>(nint address, int count) where T : unmanaged => new((void*)address, count);
}
