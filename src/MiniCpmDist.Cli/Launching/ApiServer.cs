using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;
using MiniCpmDist.Core.Launching;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Cli.Launching;

/// <summary>The API server of the cluster that this pod runs in, as seen by the pod's service account.</summary>
internal sealed class ApiServer : IDisposable
{
    // A branch's launch is beside training and may take a while, but not for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Kubernetes _client;

    private ApiServer(KubernetesClientConfiguration configuration) =>
        (_client, Namespace) = (new Kubernetes(configuration), configuration.Namespace);

    /// <summary>The namespace of the pod, and so of everything it makes.</summary>
    public string Namespace { get; }

    /// <summary>Reads the account anew: the cluster replaces tokens while the pod runs.</summary>
    /// <exception cref="IOException">The account's files cannot be read.</exception>
    public static ApiServer Open(KubernetesSettings settings)
    {
        var (token, name) = (Read(settings, "token"), Read(settings, "namespace"));
        var trust = settings.Api.Scheme == Uri.UriSchemeHttps
            ? Trusting(Path.Combine(settings.Account, "ca.crt"))
            : null;
        return new ApiServer(new KubernetesClientConfiguration
        {
            Host = settings.Api.ToString(),
            AccessToken = token,
            Namespace = name,
            SslCaCerts = trust?.CustomTrustStore,
            HttpClientTimeout = s_patience,
            FirstMessageHandlerSetup = handler =>
            {
                (handler.UseProxy, handler.ConnectTimeout) = (false, s_patience);
                // This is .NET's own verdict, which checks the name in the certificate as well.
                handler.SslOptions.RemoteCertificateValidationCallback = null;
                handler.SslOptions.CertificateChainPolicy = trust;
            },
        });
    }

    /// <exception cref="HttpOperationException">The server refuses.</exception>
    /// <exception cref="IOException">It cannot be reached.</exception>
    public V1ConfigMap ReadConfigMap(string name) =>
        Reach(() => _client.CoreV1.ReadNamespacedConfigMapAsync(name, Namespace));

    /// <summary>
    /// Creates an object from its YAML, which the server reads itself: <see cref="KubernetesYaml"/> reads <c>0400</c>
    /// as another number in a kind that it has no class for (findings/).
    /// </summary>
    /// <exception cref="HttpOperationException">The server refuses.</exception>
    /// <exception cref="IOException">It cannot be reached.</exception>
    public void Create(ClusterJob job) => Reach(async () =>
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(_client.BaseUri, job.PathIn(Namespace)));
        request.Content = new StringContent(job.Yaml, Encoding.UTF8, "application/yaml");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        await _client.Credentials.ProcessHttpRequestAsync(request, default).ConfigureAwait(false);
        using var response = await _client.HttpClient.SendAsync(request).ConfigureAwait(false);
        var content = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? content
            : throw new HttpOperationException { Response = new HttpResponseMessageWrapper(response, content) };
    });

    public void Dispose() => _client.Dispose();

    private T Reach<T>(Func<Task<T>> call)
    {
        try
        {
            return call().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            var cause = exception.InnerException?.Message ?? exception.Message;
            throw new IOException($"the API server at {_client.BaseUri} cannot be reached: {cause}", exception);
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
            return RegularFile.ReadText(path).Trim();
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
