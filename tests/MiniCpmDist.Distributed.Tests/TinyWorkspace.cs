using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// A folder with a copy of the corpus, the tokenizer and the tokens of <see cref="BuiltData"/>; each test makes its
/// runs in it.
/// </summary>
public sealed class TinyWorkspace : IDisposable
{
    public TinyWorkspace(BuiltData built)
    {
        Folder = Directory.CreateTempSubdirectory("minicpm-distributed-").FullName;
        built.CopyTo(Folder);
    }

    public string Folder { get; }

    /// <summary>
    /// Writes a run file and returns its name: four lanes, six micro-batches a step (so lanes differ), 12 steps.
    /// </summary>
    public string RunFile(
        string name, int lanes = 4, int steps = 12, string decay = "0 steps", int checkpointEvery = 5, string more = "")
    {
        var model =
            "hidden_size: 64, intermediate_size: 160, num_hidden_layers: 2, num_attention_heads: 4, "
            + "num_key_value_heads: 2, head_dim: 16, vocab_size: 512, dim_model_base: 64";
        var phases = $"warmup: 4 steps, stable: {steps - 4} steps, decay: {decay}";
        var text = $"""
            name: {name}
            seed: 7
            model: {"{"} {model} {"}"}
            data: {"{"} train: tokens, sequence_length: 64, evaluate_every: 6 steps, evaluate_sequences: 6 {"}"}
            schedule: {"{"} learning_rate: 0.01, {phases}, token_batch: 384 tokens {"}"}
            parallel: {"{"} lanes: {lanes}, micro_batch: 1 {"}"}
            checkpoint: {"{"} every: {checkpointEvery} steps {"}"}
            {more}
            """;
        var path = Path.Combine(Folder, name + ".yaml");
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Loss digits by step, as the metrics hold them; the last line of a step counts.</summary>
    public SortedDictionary<long, string> LossColumn(string run)
    {
        var column = new SortedDictionary<long, string>();
        foreach (var line in Lines(run, "metrics.jsonl"))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("loss", out var loss))
                column[json.RootElement.GetProperty("step").GetInt64()] = loss.GetRawText();
        }
        Assert.NotEmpty(column);
        return column;
    }

    /// <summary>
    /// Whole lines of a file of a run, which may be training; none while there is no file. A last line without its end
    /// is left out.
    /// </summary>
    public string[] Lines(string run, string file)
    {
        var path = Path.Combine(Folder, "runs", run, file);
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n')[..^1];
    }

    /// <summary>The newest step in a run's metrics; 0 before the first.</summary>
    public long LastStep(string run)
    {
        if (Lines(run, "metrics.jsonl") is not [.., var last])
            return 0;
        using var json = JsonDocument.Parse(last);
        return json.RootElement.GetProperty("step").GetInt64();
    }

    /// <summary>Entries of one kind in a run's journal; fails where any line is damaged.</summary>
    public IReadOnlyList<JournalEntry> Journal(string run, string kind) =>
        [.. Lines(run, "journal.jsonl").Select(JournalEntry.Parse).Where(entry => entry.Event == kind)];

    public string[] HashesOfCheckpoint(string run, long step)
    {
        var folder = Path.Combine(
            Folder, "runs", run, "checkpoints", "step-" + step.ToString("D8", CultureInfo.InvariantCulture));
        return [.. Directory.EnumerateFiles(folder, "*.safetensors").Order(StringComparer.Ordinal).Select(path =>
            Path.GetFileName(path) + " "
            + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))))];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
