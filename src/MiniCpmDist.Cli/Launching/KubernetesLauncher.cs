using System.Globalization;
using System.Net;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;
using MiniCpmDist.Core.Launching;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Launching;

/// <summary>
/// Makes a branch a job of a Kubernetes cluster: fills the template and gives it to the API server, as the service
/// account of the pod that this runs in. What it sends is what it prints.
/// </summary>
internal sealed class KubernetesLauncher(KubernetesSettings settings) : IPrintingLauncher
{
    /// <inheritdoc/>
    public string Launch(string runFolder, int ranks)
    {
        try
        {
            return Create(BranchPlace.Of(runFolder), ranks);
        }
        catch (ConfigurationException exception)
        {
            // The run is made by now and can be resumed by hand: that is what the port promises.
            throw new IOException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public string Print(BranchPlace place, int ranks) =>
        $"# {settings.TemplateSource}, filled. The owner, ConfigMap {settings.Owner}, is added when the job is "
        + $"created: only the API server knows its uid.\n{Fill(place, ranks, ownerUid: null).Yaml}";

    private string Create(BranchPlace place, int ranks)
    {
        using var server = ApiServer.Open(settings);
        var job = Fill(place, ranks, UidOfOwner(server));
        try
        {
            server.Create(job);
        }
        catch (HttpOperationException refusal)
        {
            throw Refused(refusal, $"create {job.Kind} {job.Name}", job.Name, job.Resource + "s");
        }
        var look = string.Create(CultureInfo.InvariantCulture, $"kubectl --namespace {server.Namespace}");
        return $"created {job.Kind} {job.Name} in namespace {server.Namespace}, {ranks} rank(s): "
            + $"{look} get {job.Resource} {job.Name}; "
            + $"{look} logs --selector branch={JobName.Label(Path.GetFileName(place.Folder))}";
    }

    private string UidOfOwner(ApiServer server)
    {
        try
        {
            return server.ReadConfigMap(settings.Owner).Metadata.Uid;
        }
        catch (HttpOperationException refusal)
        {
            throw Refused(
                refusal, $"read ConfigMap {settings.Owner}, which is to own the job", settings.Owner, "configmaps");
        }
    }

    private ClusterJob Fill(BranchPlace place, int ranks, string? ownerUid) =>
        JobTemplate.Fill(settings.Template, settings.TemplateSource, settings.Job(place, ranks, ownerUid).Values());

    private static IOException Refused(HttpOperationException refusal, string what, string name, string resource)
    {
        var code = refusal.Response.StatusCode;
        var told = Message(refusal.Response.Content) is { Length: > 0 } message ? message : $"HTTP {(int)code}";
        var sentence = code switch
        {
            HttpStatusCode.Conflict =>
                $"{name} is there already, so nothing was created: it may be training this branch; otherwise delete it "
                + $"(kubectl delete {resource} {name}) and launch again ({told})",
            HttpStatusCode.Unauthorized =>
                $"the API server does not know the service account's token, so it did not {what} ({told})",
            HttpStatusCode.Forbidden =>
                $"the service account may not {what}: k8s/base/access.yaml has the role that lets it ({told})",
            HttpStatusCode.NotFound when resource == "configmaps" =>
                $"could not {what}: it is not there; name another with MINICPM_OWNER ({told})",
            HttpStatusCode.NotFound =>
                $"the cluster does not know {resource}: install what serves them, for MPIJob the MPI operator ({told})",
            _ => $"the API server did not {what}: {told}",
        };
        return new IOException(sentence, refusal);
    }

    private static string? Message(string content)
    {
        try
        {
            return KubernetesJson.Deserialize<V1Status>(content).Message;
        }
        catch (JsonException)
        {
            // A proxy in between may answer with a page.
            return null;
        }
    }
}
