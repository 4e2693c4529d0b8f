using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>The service object of one call; disposed with the call if it was made for it.</summary>
internal readonly struct ServiceInstance(object instance, bool owned) : IAsyncDisposable
{
    public object Instance => instance;

    public static ServiceInstance For(Type type, IServiceProvider services) =>
        services.GetService(type) is { } registered
            ? new ServiceInstance(registered, owned: false)
            : new ServiceInstance(ActivatorUtilities.CreateInstance(services, type), owned: true);

    public async ValueTask DisposeAsync()
    {
        if (!owned)
            return;

        if (instance is IAsyncDisposable asynchronous)
            await asynchronous.DisposeAsync().ConfigureAwait(false);
        else if (instance is IDisposable disposable)
            disposable.Dispose();
    }
}
