using System.Security.Cryptography;
using System.Text;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.TextCollection;

/// <summary>
/// Makes a corpus in C4's format out of the text-like files of some folders: plain text, HTML without its tags, manual
/// pages without their markup; or, of another kind, source code as it stands. All of them may be compressed. Copies are
/// left out; long texts become several documents. The same files give the same shards.
/// </summary>
public static class TextCollector
{
    /// <summary>Collects the texts and writes the shards.</summary>
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
        var setAside = new List<SetAsideFile>();
        var passedOver = new List<PassedOverFile>();
        foreach (var (root, path) in FilesOf(options, passedOver))
        {
            var text = TextFile.Read(path, options.Kind, out var reason);
            if (reason is not null)
            {
                setAside.Add(new SetAsideFile(path, reason));
                continue;
            }
            if (text is null || text.Length < TextPieces.ShortestText || !seen.Add(Fingerprint(text)))
            {
                skipped++;
                continue;
            }
            files++;
            Write(shards, text, options.Kind, root, path);
            if ((files + skipped) % 100 == 0)
                progress?.Invoke(files + skipped, shards.TextBytes);
        }
        shards.Finish();
        if (shards.Documents == 0)
            throw new ConfigurationException([NoText(options, skipped, setAside)]);
        folder.Commit();
        return new TextCollectorReport(
            options.OutputFolder, files, skipped, setAside, shards.Documents, shards.TextBytes, shards.Shards)
        {
            PassedOver = passedOver,
        };
    }

    private static Problem NoText(TextCollectorOptions options, long skipped, List<SetAsideFile> setAside) => new(
        string.Join(", ", options.Folders), Expected(options.Kind),
        setAside.Count == 0
            ? $"{skipped} file(s) and no text in them"
            : $"{skipped + setAside.Count} file(s), {setAside.Count} of which could not be read as text "
                + $"({setAside[0].Path}: {setAside[0].Reason}), and no text in the others",
        options.Kind == TextKind.Code
            ? "name other folders, or leave --code out for prose"
            : "name other folders, or add --code for source code");

    private static string Expected(TextKind kind) => kind == TextKind.Code
        ? "source code (*.py, *.c, *.cs, *.js, *.sh and so on)"
        : "text files (*.txt, *.html, manual pages, README)";

    private static void Check(TextCollectorOptions options)
    {
        var problems = new ProblemCollector();
        problems.Require(options.Folders.Count > 0, "folders", "a folder with text files", "nothing", "name one");
        foreach (var path in options.Folders)
            problems.Require(
                Directory.Exists(path), path, "a folder with text files",
                File.Exists(path) ? "a file" : "nothing of that name", "check the path");
        PartialFolder.RequireFree(problems, options.OutputFolder);
        problems.ThrowIfAny();
    }

    // Links are other names of texts that are already there.
    private static IEnumerable<(string Root, string Path)> FilesOf(
        TextCollectorOptions options, List<PassedOverFile> passedOver)
    {
        var everything = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint
        };
        return options.Folders.SelectMany(root => Directory.EnumerateFiles(root, "*", everything)
            .Where(path => TextFile.IsCandidate(path, options.Kind))
            .Where(path => PassedOverFile.IsRegular(path, passedOver))
            .Order(StringComparer.Ordinal)
            .Select(path => (root, path)));
    }

    private static UInt128 Fingerprint(string text) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void Write(ShardWriter shards, string text, TextKind kind, string root, string path)
    {
        // Relative, so that a corpus says nothing about the machine it was made on.
        var address = "file:///" + string.Join(
            '/', Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
        var time = File.GetLastWriteTimeUtc(path);
        var part = 0;
        foreach (var piece in TextPieces.Of(text, kind))
            shards.Append(piece, part++ == 0 ? address : $"{address}#part-{part}", time);
    }
}
