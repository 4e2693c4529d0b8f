using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>
/// Exceptions of custom functions on their way through libtorch: only a number travels through C++, the exception waits
/// here. The engine may call from threads of its own, so the exception need not come back on the thread that threw it.
/// </summary>
internal static class CallerFailures
{
    private static readonly ConcurrentDictionary<long, Exception> s_waiting = new();
    private static long s_lastNumber;

    public static long Keep(Exception exception)
    {
        var number = Interlocked.Increment(ref s_lastNumber);
        s_waiting[number] = exception;
        return number;
    }

    /// <summary>Fetches an exception, inside one that says where it happened.</summary>
    public static ExternalException Take(long number)
    {
        s_waiting.TryRemove(number, out var original);
        return new CustomFunctionException($"backward failed in a custom function: {original?.Message}", original);
    }

    private sealed class CustomFunctionException(string message, Exception? original)
        : ExternalException(message, original);
}
