using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Engine.Data;

/// <summary>
/// Makes a corpus in C4's format out of the text-like files of some folders: plain text, HTML without its tags, manual
/// pages without their markup, all of them compressed or not. Copies are left out; long texts become several documents.
/// The same files give the same shards.
/// </summary>
public static class TextCollector
{
    private const int ShortestText = 200;     // characters; below it there are indexes, stubs and "moved to"
    private const int DocumentCharacters = 16 << 10;

    /// <summary>Collects.</summary>
    /// <param name="options">What from, where to.</param>
    /// <param name="progress">Is told now and then: files seen, bytes of text so far.</param>
    /// <exception cref="ConfigurationException">A folder is missing or nothing in them is
    /// text; nothing is left behind.</exception>
    public static TextCollectorReport Run(TextCollectorOptions options, Action<long, long>? progress = null)
    {
        Check(options);
        using var folder = PartialFolder.Create(options.OutputFolder);
        using var shards = new ShardWriter(folder, options.ShardBytes);
        var seen = new HashSet<UInt128>();
        var (files, skipped) = (0L, 0L);
        foreach (var (root, path) in FilesOf(options.Folders))
        {
            var text = TextFile.Read(path);
            if (text is null || text.Length < ShortestText || !seen.Add(Fingerprint(text)))
            {
                skipped++;
                continue;
            }
            files++;
            Write(shards, text, root, path);
            if ((files + skipped) % 100 == 0)
                progress?.Invoke(files + skipped, shards.TextBytes);
        }
        shards.Finish();
        if (shards.Documents == 0)
        {
            throw new ConfigurationException([new Fault(
                string.Join(", ", options.Folders), "text files (*.txt, *.html, manual pages, README)",
                $"{skipped} file(s) and no text in them",
                "name other folders")]);
        }
        folder.Commit();
        return new TextCollectorReport(
            options.OutputFolder, files, skipped, shards.Documents, shards.TextBytes, shards.Shards);
    }

    private static void Check(TextCollectorOptions options)
    {
        var faults = new FaultCollector();
        faults.Require(options.Folders.Count > 0, "folders", "a folder with text files", "nothing", "name one");
        foreach (var path in options.Folders)
            faults.Require(
                Directory.Exists(path), path, "a folder with text files",
                File.Exists(path) ? "a file" : "nothing of that name", "check the path");
        PartialFolder.RequireFree(faults, options.OutputFolder);
        faults.ThrowIfAny();
    }

    // Links are other names of texts that are already there.
    private static IEnumerable<(string Root, string Path)> FilesOf(IReadOnlyList<string> roots)
    {
        var everything = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint
        };
        return roots.SelectMany(root => Directory.EnumerateFiles(root, "*", everything)
            .Where(TextFile.IsCandidate)
            .Order(StringComparer.Ordinal)
            .Select(path => (root, path)));
    }

    private static UInt128 Fingerprint(string text) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void Write(ShardWriter shards, string text, string root, string path)
    {
        // Relative, so that a corpus says nothing about the machine it was made on.
        var address = "file:///" + string.Join(
            '/', Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
        var time = File.GetLastWriteTimeUtc(path);
        var part = 0;
        foreach (var piece in Pieces(text))
            shards.Append(piece, part++ == 0 ? address : $"{address}#part-{part}", time);
    }

    // At blank lines. The tail goes with the piece before it where it would be too short alone.
    private static IEnumerable<string> Pieces(string text)
    {
        var start = 0;
        while (text.Length - start > DocumentCharacters + ShortestText)
        {
            var end = text.IndexOf("\n\n", start + DocumentCharacters, StringComparison.Ordinal);
            if (end < 0 || text.Length - end < ShortestText)
                break;
            yield return text[start..end];
            start = end + 2;
        }
        yield return text[start..];
    }
}
