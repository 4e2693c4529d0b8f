using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Data.TextCollection;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data collect</c>: folders of documents to shards in C4's format.</summary>
internal static class DataCollectCommand
{
    private const int ShownFiles = 20;

    public static Command Create()
    {
        var folders = new Argument<string[]>("folder")
        {
            Description = "Folders with documents.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for the shards; must not exist.",
            Required = true,
        };
        var code = new Option<bool>("--code")
        {
            Description = "Collect source code (*.py, *.c, *.cs, *.js, *.sh and so on) instead of prose.",
        };
        var command = new Command("collect", """
            Collects the prose of text, HTML and manual pages (also gzipped) below the folders into shards in C4's own
            format: c4-*.json.gz, one {"text", "timestamp", "url"} a line. Copies and fragments are left out. With
            --code it is the source code there that is collected, as it stands; generated and minified files are left
            out. Files are read as UTF-8, or in the encoding that they declare (byte order mark, HTML's charset, XML's
            encoding, a coding line); others are set aside, as damaged ones are, and reported at the end. Prose and code
            are two sources, so that a run can weigh them: collect each into a corpus of its own.

            Example:
              minicpm data collect --out docs /usr/share/doc
              minicpm data collect --code --out code /usr/lib/python3
            """) { folders, output, code };
        command.SetAction(line =>
        {
            var screen = Screen.FromEnvironment();
            var display = new WorkDisplay(screen);
            var report = TextCollector.Run(
                new TextCollectorOptions(line.GetValue(folders)!, line.GetValue(output)!)
                {
                    Kind = line.GetValue(code) ? TextKind.Code : TextKind.Prose,
                },
                (files, bytes) => display.Show(() => $"collecting: {files} files | {SizeText.Of(bytes)} of text"));
            foreach (var told in SetAside(report.SetAside))
                screen.Line(told);
            display.PassedOver(report.PassedOver);
            display.Done(
                $"{report.Folder}: {report.Documents} documents, {SizeText.Of(report.TextBytes)} of text "
                + $"from {report.Files} files ({report.SkippedFiles} skipped, {report.SetAside.Count} set aside), "
                + $"{report.Shards} shard(s)");
        });
        return command;
    }

    private static IEnumerable<string> SetAside(IReadOnlyList<SetAsideFile> files)
    {
        if (files.Count == 0)
            yield break;
        yield return $"warning: {files.Count} file(s) could not be read as text and are not in the corpus:";
        foreach (var file in files.Take(ShownFiles))
            yield return $"  {file.Path}: {file.Reason}";
        if (files.Count > ShownFiles)
            yield return $"  and {files.Count - ShownFiles} more";
    }
}
