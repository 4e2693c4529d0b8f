namespace Grpc.Core;

/// <summary>What generated clients have in common, knowing their own type.</summary>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    protected ClientBase()
    {
    }

    public ClientBase(ChannelBase channel)
        : base(channel)
    {
    }

    public ClientBase(CallInvoker callInvoker)
        : base(callInvoker)
    {
    }

    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    /// <summary>The same client with another host name in its calls. The HTTP client does not use the name.</summary>
    public T WithHost(string host) => NewInstance(new ClientBaseConfiguration(Configuration.Undecorated, host));

    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
