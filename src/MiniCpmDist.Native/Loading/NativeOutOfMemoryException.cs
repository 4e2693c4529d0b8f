using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Native.Loading;

/// <summary>
/// There was no memory for what a library behind the bridge wanted to allocate: on a device, or on this host. Says how
/// much it wanted, what is there, and what a run can change.
/// </summary>
public sealed partial class NativeOutOfMemoryException : NativeException
{
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    // libtorch's allocators on a host and on a device, and CUDA's libraries, whose workspaces are their own: TorchSharp
    // has one type of exception for all that goes wrong, so these are known by their words.
    private static readonly string[] s_words =
    [
        "can't allocate memory", "not enough memory", "CUDA out of memory", "CUDA error: out of memory",
        "_ALLOC_FAILED",
    ];

    private NativeOutOfMemoryException(string message, long? requestedBytes, bool isOnDevice)
        : base(message, OutOfMemoryStatus)
    {
        RequestedBytes = requestedBytes;
        IsOnDevice = isOnDevice;
    }

    /// <summary>The allocation that failed; null where the library does not say.</summary>
    public long? RequestedBytes { get; }

    /// <summary>True when it was a device's memory and not the host's.</summary>
    public bool IsOnDevice { get; }

    /// <summary>
    /// The lack of memory that an exception, or one inside it, tells of; null where it tells of something else.
    /// </summary>
    public static NativeOutOfMemoryException? Behind(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is NativeOutOfMemoryException known)
                return known;
            if (exception is OutOfMemoryException)
                return From(".NET: " + exception.Message, HostMemory.Read());
            var message = exception.Message;
            if (exception is ExternalException
                && Array.Exists(s_words, words => message.Contains(words, StringComparison.Ordinal)))
                return From(message, HostMemory.Read());
        }
        return null;
    }

    /// <param name="text">The library's words; libtorch's backtrace, which may follow, is left out.</param>
    /// <param name="host">This host's memory; null where it is not known.</param>
    internal static NativeOutOfMemoryException From(string text, HostMemory? host)
    {
        text = Backtrace().Split(text)[0].Trim();
        var requested = Requested(text);
        var isOnDevice = OfDevice().IsMatch(text);
        var wanted = requested is { } bytes ? $"{Size(bytes)} were asked for" : "an allocation failed";
        // For a device, the library's own words tell how much there is.
        var there = isOnDevice || host is null
            ? ""
            : $", {Size(host.AvailableBytes)} of this host's {Size(host.TotalBytes)} are available"
                + (requested < host.AvailableBytes ? " (so a limit on this process: ulimit -v, or a container's)" : "");
        return new NativeOutOfMemoryException(
            $"Out of {(isOnDevice ? "device memory" : "memory")}: {wanted}{there}. What takes less: a smaller "
            + "parallel.micro_batch, parallel.activation_checkpointing (selective or full), more ranks (the "
            + "optimizer's state is shared out among them), precision: bfloat16, shorter sequences. `minicpm plan` "
            + $"tells what each saves. The library said: {text}",
            requested, isOnDevice);
    }

    private static long? Requested(string text)
    {
        var match = TriedToAllocate().Match(text);
        if (!match.Success)
            return null;
        var unit = match.Groups[2].Value;
        var power = unit == "bytes" ? 0 : Array.IndexOf(s_units, unit);
        return (long)(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * Math.Pow(1024, power));
    }

    private static string Size(long bytes)
    {
        var power = 0;
        var value = (double)bytes;
        for (; value >= 1024 && power < s_units.Length - 1; power++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {s_units[power]}");
    }

    // libtorch on a host: "you tried to allocate 4096 bytes"; on a device: "Tried to allocate 2.00 GiB".
    [GeneratedRegex(@"tried to allocate (\d+(?:\.\d+)?) (bytes|[KMGTP]iB)", RegexOptions.IgnoreCase)]
    private static partial Regex TriedToAllocate();

    [GeneratedRegex(@"\s*(?:Exception raised from|frame #\d+:)")]
    private static partial Regex Backtrace();

    [GeneratedRegex(@"\b(?:CUDA|CU[A-Z]+_STATUS|GPU)")]
    private static partial Regex OfDevice();
}
