namespace Grpc.Core;

/// <summary>What generated clients have in common.</summary>
public abstract class ClientBase
{
    private readonly ClientBaseConfiguration _configuration;

    /// <summary>For test doubles, which replace the methods and never call.</summary>
    protected ClientBase() => _configuration = new ClientBaseConfiguration(new NoCallInvoker(), null);

    public ClientBase(ChannelBase channel)
        : this(Required(channel).CreateCallInvoker())
    {
    }

    public ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker, null))
    {
    }

    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
    }

    protected CallInvoker CallInvoker => _configuration.Invoker;

    internal ClientBaseConfiguration Configuration => _configuration;

    private static ChannelBase Required(ChannelBase channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return channel;
    }

    /// <summary>What a client passes on to a changed copy of itself.</summary>
    protected internal class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker invoker, string? host)
        {
            ArgumentNullException.ThrowIfNull(invoker);
            Undecorated = invoker;
            Host = host;
            Invoker = host is null ? invoker : new HostCallInvoker(invoker, host);
        }

        internal CallInvoker Invoker { get; }

        internal CallInvoker Undecorated { get; }

        internal string? Host { get; }
    }
}
