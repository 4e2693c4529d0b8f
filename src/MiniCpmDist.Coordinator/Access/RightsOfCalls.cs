using MiniCpmDist.Coordinator.Page;

namespace MiniCpmDist.Coordinator.Access;

/// <summary>Which right a call takes.</summary>
internal static class RightsOfCalls
{
    /// <param name="path">Of the HTTP request: <c>/package.Service/Method</c>.</param>
    /// <returns>None for what everybody may ask.</returns>
    public static Right Of(string path) => path switch
    {
        "/minicpmdist.v1.RunService/SendCommand" => Right.Command,
        "/minicpmdist.v1.ReportService/Report" => Right.Report,
        // Probes of Kubernetes carry no token, and learn nothing but whether somebody is at home.
        "/grpc.health.v1.Health/Check" or "/grpc.health.v1.Health/Watch" or "/healthz" => Right.None,
        // A browser sends no token when it opens a page. These files are the same everywhere; what they show of runs
        // they ask for, and that takes the right.
        PageFiles.Root => Right.None,
        _ when path.StartsWith(PageFiles.Folder, StringComparison.Ordinal) => Right.None,
        _ => Right.Read,
    };
}
