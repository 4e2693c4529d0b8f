using Grpc.Core;
using MiniCpmDist.Protocol.Health.V1;
using static MiniCpmDist.Protocol.Health.V1.HealthCheckResponse.Types;

namespace MiniCpmDist.Coordinator.Services;

/// <summary><c>grpc.health.v1</c>: for the whole server, and for each of its services by name.</summary>
internal sealed class HealthChecks(HealthState state) : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        ServiceCatalog.IsKnown(request.Service)
            ? Task.FromResult(new HealthCheckResponse { Status = state.Now.Status })
            : throw new RpcException(new Status(
                StatusCode.NotFound, $"service: expected one of {ServiceCatalog.Names}, found '{request.Service}'."));

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        if (!ServiceCatalog.IsKnown(request.Service))
        {
            // It might come later, as far as the protocol is concerned: the caller ends the call.
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.ServiceUnknown })
                .ConfigureAwait(false);
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(false);
            return;
        }

        for (var told = ServingStatus.Unknown; ;)
        {
            var (status, changed) = state.Now;
            if (status != told)
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }).ConfigureAwait(false);
            told = status;
            // Nothing comes after this: whoever watches must not hold up the end.
            if (status == ServingStatus.NotServing)
                return;
            await changed.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        }
    }
}
