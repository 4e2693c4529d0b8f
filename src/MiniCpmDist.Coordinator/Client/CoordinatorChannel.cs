using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>The way to a coordinator: transport, keep-alive, trust and the token of every call.</summary>
internal sealed class CoordinatorChannel : IDisposable
{
    private readonly GrpcChannel _channel;

    private CoordinatorChannel(GrpcChannel channel, CoordinatorAccess access)
    {
        _channel = channel;
        Headers = access.Token is { } token ? new Metadata { { "authorization", $"Bearer {token}" } } : null;
    }

    public CallInvoker Invoker => _channel.CreateCallInvoker();

    /// <summary>The headers that are sent with every call.</summary>
    public Metadata? Headers { get; }

    /// <exception cref="ConfigurationException">The address has another form, the certificates cannot be read, or the
    /// token would go over a network in plain text.</exception>
    public static CoordinatorChannel To(string address, CoordinatorAccess access)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new ConfigurationException(
                $"Expected the address of a run like http://127.0.0.1:7070, found '{address}'. "
                + "The training prints its address when it starts.");
        }

        if (access.Token is not null && uri.Scheme == "http" && !uri.IsLoopback && !access.IsInsecure)
        {
            throw new ConfigurationException([new Problem(
                address, "an https:// address for a call with a token, or one of this machine", "plain HTTP",
                "begin it with https://; or, in a network that you trust, --insecure (`coordinator.insecure: true` for "
                + "a run that joins)")]);
        }

        var handler = new SocketsHttpHandler
        {
            UseProxy = false, // A run is on the same network, and proxies do not pass gRPC on.
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // Watching a host that has vanished must end.
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        };
        if (access.CertificateAuthorities is { } file)
            handler.SslOptions = Trusting(file);
        var options = new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true };
        return new CoordinatorChannel(GrpcChannel.ForAddress(uri, options), access);
    }

    public void Dispose() => _channel.Dispose();

    private static SslClientAuthenticationOptions Trusting(string file)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(RegularFile.ReadText(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or CryptographicException)
        {
            throw Unreadable(file, exception.Message);
        }

        if (roots.Count == 0)
            throw Unreadable(file, "no certificate in it");
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // Whoever runs a cluster's own authority has no list to ask.
        };
        policy.CustomTrustStore.AddRange(roots);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }

    private static ConfigurationException Unreadable(string file, string cause) => new([new Problem(
        file, "a PEM file with the certificates of an authority", cause,
        "name the file that the coordinator's certificate is signed by")]);
}
