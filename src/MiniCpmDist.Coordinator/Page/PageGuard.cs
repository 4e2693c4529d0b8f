using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using MiniCpmDist.Coordinator.Hosting;

namespace MiniCpmDist.Coordinator.Page;

/// <summary>
/// What stands before everything that a browser may ask for: what it is told about every answer, errors included, and
/// under which names it may ask. A page from elsewhere whose name its owner has pointed at this address would otherwise
/// read runs as if it came from here (DNS rebinding); an address in place of a name cannot be pointed anywhere.
/// </summary>
internal static class PageGuard
{
    public static void Use(IApplicationBuilder app, ListenPlan plan) => app.Use((http, next) =>
    {
        // gRPC has a port of its own, and no browser speaks it.
        if (HttpProtocol.IsHttp2(http.Request.Protocol))
            return next(http);
        PageFiles.Protect(http.Response);
        if (http.GetEndpoint()?.Metadata.GetMetadata<ConnectionGuard.OnReserve>() is not null
            || plan.IsOwnName(http.Request.Host.Host))
            return next(http);
        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return http.Response.WriteAsync(
            "The Host header names another machine. Expected an IP address, localhost, the name in the address that "
            + "this coordinator listens on, or one of `coordinator.hosts` (`--hosts`).\n");
    });
}
