namespace MiniCpmDist.Core.Configuration;

/// <summary>Reads and writes <c>run.yaml</c>.</summary>
public static class RunFile
{
    /// <summary>Reads a run and resolves every default.</summary>
    /// <param name="yaml">The file's text.</param>
    /// <param name="source">Its path, for errors; without a <c>name</c> key the run is called as the file.</param>
    /// <exception cref="ConfigurationException">
    /// Something is wrong; the faults name every wrong key and value with its line, and what to type instead.
    /// </exception>
    public static RunOptions Parse(string yaml, string source)
    {
        var faults = new FaultCollector();
        var mapping = YamlText.Load(yaml, source, faults);
        faults.ThrowIfAny();
        var options = new RunFileReader(new YamlSection(mapping, source, "", faults), source).Read();
        faults.ThrowIfAny();
        return options!;
    }

    /// <summary>
    /// The canonical text of a run: every key, lengths in tokens (with steps beside them). <see cref="Parse"/> reads it
    /// as an equal run.
    /// </summary>
    public static string Write(RunOptions options) => RunFileWriter.Write(options);
}
