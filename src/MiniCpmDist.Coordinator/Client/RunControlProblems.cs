using System.Security.Authentication;
using Grpc.Core;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>Makes sentences of the ways in which calls fail.</summary>
internal sealed class RunControlProblems(string address)
{
    public async Task<T> Translate<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (RpcException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        catch (RpcException exception)
        {
            throw Of(exception);
        }
        catch (FormatException exception)
        {
            throw new RunControlException(RunControlFailure.NotARun, exception.Message, exception);
        }
    }

    private RunControlException Of(RpcException exception)
    {
        var (failure, sentence) = exception.StatusCode switch
        {
            _ when exception.Status.DebugException?.GetBaseException() is AuthenticationException => (
                RunControlFailure.Unreachable,
                $"No run is believed at {address} ({Cause(exception)}). Give the authority that its certificate is "
                + "signed by (`--certificate-authorities FILE`); without TLS the address begins with http://."),
            _ when exception.Status.DebugException is HttpRequestException cause && IsNoHttp2(cause) =>
                Stranger("it does not speak HTTP/2"),
            StatusCode.Unavailable => (
                RunControlFailure.Unreachable,
                $"No run answers at {address} ({Cause(exception)}). "
                + "Is the training running, and is this the address that it printed when it started?"),
            StatusCode.DeadlineExceeded => (
                RunControlFailure.TimedOut,
                $"The run at {address} did not answer in time. Its machine may be overloaded: try again."),
            StatusCode.Aborted => (RunControlFailure.Ended, exception.Status.Detail),
            StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.AlreadyExists
                or StatusCode.NotFound or StatusCode.ResourceExhausted or StatusCode.Unauthenticated
                or StatusCode.PermissionDenied => (RunControlFailure.Refused, exception.Status.Detail),
            StatusCode.Cancelled => (
                RunControlFailure.Unreachable, $"The run at {address} broke the connection off. It may have ended."),
            _ => Stranger($"{exception.StatusCode}: {Cause(exception)}"),
        };
        return new RunControlException(failure, sentence, exception);
    }

    private (RunControlFailure Failure, string Sentence) Stranger(string answer) => (
        RunControlFailure.NotARun,
        $"Something answers at {address}, but not as a run does ({answer}). Check the port, and whether the address "
        + "has to begin with http:// or https://.");

    // Somebody took the connection and then wrote something else, or hung up. Which of these HttpClient makes of it
    // depends on what it was doing when it noticed.
    private static bool IsNoHttp2(HttpRequestException cause) => cause.HttpRequestError switch
    {
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => true,
        HttpRequestError.Unknown => cause.InnerException is null || cause.GetBaseException() is ObjectDisposedException,
        _ => false,
    };

    // The innermost exception says it shortest: "Connection refused".
    private static string Cause(RpcException exception) =>
        exception.Status.DebugException?.GetBaseException().Message ?? exception.Status.Detail;
}
