using System.Globalization;
using System.Text;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// How far a build is, in Prometheus' text format, for the textfile collector of node_exporter: a build has no port
/// that anybody could scrape. The file is written anew every few seconds, whole each time.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="source">What the build makes, as a label.</param>
/// <param name="time">The clock.</param>
internal sealed class BuildMetricsFile(string path, string source, TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);
    private long? _written;

    /// <summary>Writes the file where it is time to, and always at the end of packing.</summary>
    public void Write(DataBuildProgress now)
    {
        var isEnd = now.Stage == DataBuildStage.Packing && now.UnitsDone == now.UnitsTotal;
        if (!isEnd && _written is { } before && time.GetElapsedTime(before) < s_interval)
            return;
        _written = time.GetTimestamp();
        SyncedFile.Write(Path.GetFullPath(path), Encoding.UTF8.GetBytes(Text(now, source)));
    }

    public static string Text(DataBuildProgress now, string source)
    {
        var text = new StringBuilder();
        var stage = now.Stage == DataBuildStage.Packing ? "packing" : "tokenizing";
        Add("minicpm_data_build_bytes", "Bytes that the stage has read, those of an earlier attempt included.",
            now.BytesDone);
        Add("minicpm_data_build_bytes_expected", "What minicpm_data_build_bytes comes to in the end.", now.BytesTotal);
        Add("minicpm_data_build_units", "Work units that the stage has done.", now.UnitsDone);
        Add("minicpm_data_build_units_expected", "Work units of the corpus.", now.UnitsTotal);
        Add("minicpm_data_build_documents", "Documents tokenized in this attempt.", now.Documents);
        Add("minicpm_data_build_tokens", "Tokens of these documents.", now.Tokens);
        return text.ToString();

        void Add(string name, string help, long value) => text.Append(
            CultureInfo.InvariantCulture,
            $"# HELP {name} {help}\n# TYPE {name} gauge\n"
            + $"{name}{{source=\"{Escaped(source)}\",stage=\"{stage}\"}} {value}\n");
    }

    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
