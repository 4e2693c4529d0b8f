using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MiniCpmDist.Cli.Tests.Launching;

/// <summary>What an API server was sent.</summary>
internal sealed record RecordedRequest(string Method, string Path, string Authorization, string ContentType,
    string Body);

/// <summary>
/// As much of a cluster's API server as launching needs, over TLS with a certificate of its own authority: it has one
/// ConfigMap, and takes and records whatever is created.
/// </summary>
internal sealed class RecordingApiServer : IDisposable
{
    public const string OwnerUid = "11111111-2222-3333-4444-555555555555";

    private readonly WebApplication _server;
    private readonly X509Certificate2 _certificate = NewCertificate();

    public RecordingApiServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
            options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        _server.StartAsync().GetAwaiter().GetResult();
        Address = new Uri(_server.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    public List<RecordedRequest> Requests { get; } = [];

    /// <summary>What it answers to a creation.</summary>
    public (int Code, string Message) Creation { get; set; } = (201, "");

    /// <summary>What it answers to a question for the ConfigMap.</summary>
    public (int Code, string Message) Owner { get; set; } = (200, "");

    /// <summary>The files of a pod's service account.</summary>
    public string Account(string folder, X509Certificate2? authority = null)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "token"), "the-pods-token\n");
        File.WriteAllText(Path.Combine(folder, "namespace"), "ours");
        File.WriteAllText(Path.Combine(folder, "ca.crt"), (authority ?? _certificate).ExportCertificatePem());
        return folder;
    }

    public static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        var today = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(today.AddDays(-1), today.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        _server.StopAsync().GetAwaiter().GetResult();
        ((IDisposable)_server).Dispose();
        _certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        Requests.Add(new RecordedRequest(
            http.Request.Method, http.Request.Path, http.Request.Headers.Authorization.ToString(),
            http.Request.ContentType ?? "", await reader.ReadToEndAsync()));
        var (code, message) = http.Request.Method == "GET" ? Owner : Creation;
        http.Response.StatusCode = code;
        await http.Response.WriteAsJsonAsync(message.Length > 0
            ? (object)new { kind = "Status", status = "Failure", message, code }
            : new { kind = "Object", metadata = new { uid = OwnerUid } });
    }
}
