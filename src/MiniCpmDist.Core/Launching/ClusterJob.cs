namespace MiniCpmDist.Core.Launching;

/// <summary>A job as the API server of Kubernetes takes it.</summary>
/// <param name="ApiVersion">Such as <c>kubeflow.org/v2beta1</c>.</param>
/// <param name="Kind">Such as <c>MPIJob</c>.</param>
/// <param name="Name">Of the object.</param>
/// <param name="Yaml">The whole object.</param>
public sealed record ClusterJob(string ApiVersion, string Kind, string Name, string Yaml)
{
    /// <summary>What kubectl calls objects of this kind.</summary>
    public string Resource => Kind.ToLowerInvariant();

    /// <summary>The path at which the API server has a namespace's objects of this kind.</summary>
    public string PathIn(string clusterNamespace) =>
        $"/{(ApiVersion.Contains('/', StringComparison.Ordinal) ? "apis" : "api")}/{ApiVersion}"
        + $"/namespaces/{clusterNamespace}/{Resource}s";
}
