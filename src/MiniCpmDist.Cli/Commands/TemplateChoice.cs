using System.CommandLine;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Lineage;

namespace MiniCpmDist.Cli.Commands;

/// <summary>The chat template that a command line names.</summary>
internal static class TemplateChoice
{
    /// <summary>The template of a run that has none of its own.</summary>
    public const string Standard = ChatTemplateFile.Standard;

    public static Option<string?> Option(string description) => new("--template")
    {
        Description = $"{description}: {string.Join(", ", ChatTemplateFile.Names)}, or a YAML file.",
    };

    /// <summary>The template; null where none is named.</summary>
    /// <exception cref="ConfigurationException">There is none of that name, or the file is wrong.</exception>
    public static ChatTemplate? Read(string? named)
    {
        if (named is null)
            return null;
        if (ChatTemplateFile.Find(named) is { } known)
            return known;
        return File.Exists(named)
            ? ChatTemplateFile.Parse(InputFile.ReadText(named), named)
            : throw new ConfigurationException([new Problem(
                "--template", $"{string.Join(", ", ChatTemplateFile.Names)}, or a YAML file", $"`{named}`",
                $"for example --template {Standard}")]);
    }

    /// <summary>The template of the data that a run was aligned with; the standard one of any other.</summary>
    public static ChatTemplate Of(AlignedRun? begun) => Of(begun?.ParentOptions.Data.Sources is [var source, ..]
        ? source.Path
        : "");

    /// <summary>The template that lies in a data folder, or the standard one.</summary>
    public static ChatTemplate Of(string dataFolder) =>
        ChatTemplates.Of(dataFolder) ?? ChatTemplateFile.Find(Standard)!;
}
