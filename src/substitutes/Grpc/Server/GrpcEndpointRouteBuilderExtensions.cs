using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves the methods of <typeparamref name="TService"/>, a class over a generated base. Each call gets the service
    /// from the container, or a new one made with services from it.
    /// </summary>
    /// <exception cref="InvalidOperationException">AddGrpc was not called,
    /// or the class has no generated base.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var binder = new EndpointBinder(builder, typeof(TService));
        DefinitionOf(typeof(TService)).Invoke(null, [binder, null]);
        return binder.Complete();
    }

    /// <summary>Serves the methods of a definition, whose handlers serve all calls.</summary>
    /// <exception cref="InvalidOperationException">AddGrpc was not called.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService(
        this IEndpointRouteBuilder builder, ServerServiceDefinition serviceDefinition)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(serviceDefinition);
        var binder = new EndpointBinder(builder, serviceType: null);
        serviceDefinition.BindService(binder);
        return binder.Complete();
    }

    // static void BindService(ServiceBinderBase, TheBase), next to the generated base.
    private static MethodInfo DefinitionOf(Type serviceType)
    {
        for (var type = serviceType; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
            {
                return attribute.BindType.GetMethod(attribute.BindMethodName, [typeof(ServiceBinderBase), type])
                    ?? throw new InvalidOperationException(
                        $"{attribute.BindType} has no {attribute.BindMethodName}(ServiceBinderBase, {type.Name}).");
            }
        }

        throw new InvalidOperationException(
            $"{serviceType} is no gRPC service: none of its base classes carries BindServiceMethod.");
    }
}
