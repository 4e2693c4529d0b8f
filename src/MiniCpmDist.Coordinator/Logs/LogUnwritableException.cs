namespace MiniCpmDist.Coordinator.Logs;

/// <summary>The disk does not take the request log, so that nothing can be promised.</summary>
internal sealed class LogUnwritableException(Exception cause)
    : Exception($"The request log cannot be written ({cause.Message}): nothing was accepted. Make room and try again.",
        cause);
