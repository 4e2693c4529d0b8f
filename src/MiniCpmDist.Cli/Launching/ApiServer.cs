using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MiniCpmDist.Cli.Launching;

/// <summary>The API server of the cluster that this pod runs in, as seen by the pod's service account.</summary>
internal sealed class ApiServer : IDisposable
{
    // A branch's launch is beside training and may take a while, but not for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _client;

    private ApiServer(HttpClient client, string clusterNamespace)
    {
        _client = client;
        Namespace = clusterNamespace;
    }

    /// <summary>That of the pod, and so of everything it makes.</summary>
    public string Namespace { get; }

    /// <summary>Reads the account anew: the cluster replaces tokens while the pod runs.</summary>
    /// <exception cref="IOException">The account's files cannot be read.</exception>
    public static ApiServer Open(KubernetesSettings settings)
    {
        var (token, name) = (Read(settings, "token"), Read(settings, "namespace"));
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = s_patience };
        if (settings.Api.Scheme == Uri.UriSchemeHttps)
            handler.SslOptions.CertificateChainPolicy = Trusting(Path.Combine(settings.Account, "ca.crt"));
        var client = new HttpClient(handler) { BaseAddress = settings.Api, Timeout = s_patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        return new ApiServer(client, name);
    }

    public ApiAnswer Get(string path) => Send(new HttpRequestMessage(HttpMethod.Get, path));

    public ApiAnswer Post(string path, string yaml) => Send(new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = new StringContent(yaml, Encoding.UTF8, "application/yaml"),
    });

    public void Dispose() => _client.Dispose();

    private ApiAnswer Send(HttpRequestMessage request)
    {
        try
        {
            using (request)
            {
                using var response = _client.Send(request);
                using var reader = new StreamReader(response.Content.ReadAsStream());
                return new ApiAnswer(response.StatusCode, reader.ReadToEnd());
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            var cause = exception.InnerException?.Message ?? exception.Message;
            throw new IOException($"the API server at {_client.BaseAddress} cannot be reached: {cause}", exception);
        }
    }

    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // A cluster's own authority has no list to ask.
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (CryptographicException exception)
        {
            throw new IOException(
                $"{file} is no PEM file with the cluster's authority: {exception.Message}", exception);
        }
        return policy;
    }

    private static string Read(KubernetesSettings settings, string name)
    {
        var path = Path.Combine(settings.Account, name);
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"expected the pod's service account in {settings.Account}, found no {name} that can be read "
                + $"({exception.Message}): launch from a pod that has one, "
                + "such as kubectl exec deploy/minicpm-coordinator",
                exception);
        }
    }
}
