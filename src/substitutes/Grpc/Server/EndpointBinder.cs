using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server;

/// <summary>Makes an endpoint of every method that it is told about.</summary>
/// <param name="builder">Gets the endpoints.</param>
/// <param name="serviceType">Class whose methods handle the calls; null if the definition brings its handlers.</param>
internal sealed class EndpointBinder(IEndpointRouteBuilder builder, Type? serviceType) : ServiceBinderBase
{
    private readonly GrpcServiceOptions _options = OptionsOf(builder);
    private readonly List<IEndpointConventionBuilder> _endpoints = [];
    private readonly HashSet<string> _services = [];

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        Map(method, handler, [typeof(TRequest), typeof(ServerCallContext)], static async (call, handle) =>
        {
            var request = await call.ReadSingleAsync().ConfigureAwait(false);
            await call
                .WriteSingleAsync(await handle(request, call.Context).ConfigureAwait(false))
                .ConfigureAwait(false);
        });

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        Map(
            method,
            handler,
            [typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)],
            static async (call, handle) =>
            {
                var request = await call.ReadSingleAsync().ConfigureAwait(false);
                await handle(request, call.Responses, call.Context).ConfigureAwait(false);
            });

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        Map(
            method,
            handler,
            [typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext)],
            static async (call, handle) =>
                await call.WriteSingleAsync(await handle(call.Requests, call.Context).ConfigureAwait(false))
                    .ConfigureAwait(false));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        Map(
            method,
            handler,
            [typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)],
            static (call, handle) => handle(call.Requests, call.Responses, call.Context));

    /// <summary>Adds the answers to calls of methods and services that do not exist.</summary>
    public GrpcServiceEndpointConventionBuilder Complete()
    {
        foreach (var service in _services)
            _endpoints.Add(builder.MapPost($"/{service}/{{grpcUnknownMethod}}", UnknownCall.Method));

        if (builder.ServiceProvider.GetRequiredService<GrpcMarker>().FirstToMapUnknownServices())
            builder.MapPost("/{grpcUnknownService}/{grpcUnknownMethod}", UnknownCall.Service);

        return new GrpcServiceEndpointConventionBuilder(_endpoints);
    }

    private static GrpcServiceOptions OptionsOf(IEndpointRouteBuilder builder) =>
        builder.ServiceProvider.GetService<GrpcMarker>() is null
            ? throw new InvalidOperationException("Call services.AddGrpc() before mapping a gRPC service.")
            : builder.ServiceProvider.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;

    private void Map<TRequest, TResponse, THandler>(
        Method<TRequest, TResponse> method,
        THandler? handler,
        Type[] parameters,
        Func<ServerCall<TRequest, TResponse>, THandler, Task> serve)
        where TRequest : class
        where TResponse : class
        where THandler : Delegate
    {
        _services.Add(method.ServiceName);
        var implementation = handler is null ? Implementation(method.Name, parameters) : null;
        _endpoints.Add(builder.MapPost(method.FullName, (RequestDelegate)(http =>
            ServerCall<TRequest, TResponse>.ServeAsync(http, method, _options, async call =>
            {
                if (handler is not null)
                {
                    await serve(call, handler).ConfigureAwait(false);
                    return;
                }

                await using var service = ServiceInstance.For(serviceType!, http.RequestServices);
                await serve(call, implementation!.CreateDelegate<THandler>(service.Instance)).ConfigureAwait(false);
            }))));
    }

    private MethodInfo Implementation(string name, Type[] parameters) =>
        serviceType?.GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters)
        ?? throw new InvalidOperationException(
            $"{serviceType} has no public method {name} with the parameters of its definition.");
}
