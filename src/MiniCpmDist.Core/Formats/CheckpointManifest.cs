using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Formats;

/// <summary>What a checkpoint consists of. Written last: a checkpoint without a manifest does not exist.</summary>
/// <param name="Run">Name of the run.</param>
/// <param name="Step">Updates done.</param>
/// <param name="Tokens">Sequence positions consumed.</param>
/// <param name="Files">All files but the manifest itself.</param>
public sealed record CheckpointManifest(string Run, long Step, long Tokens, IReadOnlyList<ManifestFile> Files)
{
    /// <summary>The format that this program writes, and the newest that it reads.</summary>
    public const int Format = 1;

    private const int HashDigits = 64;
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public string Write() => JsonSerializer.Serialize(new Document(Format, Run, Step, Tokens, Files), s_json) + "\n";

    /// <param name="json">The manifest's text.</param>
    /// <param name="source">Its path, for errors.</param>
    /// <exception cref="ConfigurationException">It is broken, or a newer version of the program wrote it.</exception>
    public static CheckpointManifest Read(string json, string source)
    {
        try
        {
            // The version first: a newer format may look different in every other respect.
            FormatVersion.Require(JsonSerializer.Deserialize<Version>(json, s_json)?.Format ?? 0, Format, source);
            var document = JsonSerializer.Deserialize<Document>(json, s_json) ?? throw new JsonException("it is null.");
            var manifest = new CheckpointManifest(document.Run, document.Step, document.Tokens, document.Files);
            manifest.RequirePlausibleFiles();
            return manifest;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ConfigurationException([new Problem(
                source, "the manifest of a checkpoint", $"something broken ({exception.Message})",
                "resume from an earlier checkpoint, or copy this one again")]);
        }
    }

    /// <summary>
    /// Requires only that no newer version of the program wrote the manifest. Other damage is not checked here.
    /// </summary>
    /// <exception cref="ConfigurationException">A newer version of the program wrote it.</exception>
    public static void RequireKnownFormat(string json, string source)
    {
        try
        {
            if (JsonSerializer.Deserialize<Version>(json, s_json) is { Format: > Format } version)
                FormatVersion.Require(version.Format, Format, source);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Read reports what is broken about it.
        }
    }

    private void RequirePlausibleFiles()
    {
        foreach (var file in Files)
        {
            if (file is null)
                throw new JsonException("a file is null");
            if (!PlainName.IsOne(file.Name))
                throw new JsonException($"`{file.Name}` is no file name");
            if (file.Bytes < 0
                || file.Sha256.Length != HashDigits
                || !file.Sha256.All(digit => char.IsAsciiHexDigitLower(digit)))
                throw new JsonException($"size or SHA-256 of {file.Name} is wrong");
        }
    }

    private sealed record Version(int Format);

    private sealed record Document(int Format, string Run, long Step, long Tokens, IReadOnlyList<ManifestFile> Files);
}
