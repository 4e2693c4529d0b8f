using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data collect</c>: folders of documents to shards in C4's format.</summary>
internal static class DataCollectCommand
{
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
        var command = new Command("collect", """
            Collects the prose of text, HTML and manual pages (also gzipped) below the folders into shards in C4's own
            format: c4-*.json.gz, one {"text", "timestamp", "url"} a line. Copies and fragments are left out.

            Example:
              minicpm data collect --out corpus /usr/share/doc
            """) { folders, output };
        command.SetAction(line =>
        {
            var display = new WorkDisplay(Screen.FromEnvironment());
            var report = TextCollector.Run(
                new TextCollectorOptions(line.GetValue(folders)!, line.GetValue(output)!),
                (files, total) => display.Show(() =>
                    $"collecting: {files} of {total} files | {display.Eta(files, total)}"));
            display.Done(
                $"{report.Folder}: {report.Documents} documents, {SizeText.Of(report.TextBytes)} of text "
                + $"from {report.Files} files ({report.SkippedFiles} skipped), {report.Shards} shard(s)");
        });
        return command;
    }
}
