using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace MiniCpmDist.Architecture.Tests;

/// <summary>The source tree that this assembly was built from.</summary>
internal static class Repository
{
    private static readonly string[] s_folders = [".ci", ".github", "docs", "k8s", "launch", "protos", "src", "tests"];
    private static readonly string[] s_madeFolders = ["bin", "obj", "__pycache__"];
    private static readonly string[] s_textSuffixes =
        [
            ".cs", ".csproj", ".props", ".targets", ".sln", ".c", ".cpp", ".cu", ".h", ".js", ".md", ".proto", ".py",
            ".sh", ".txt", ".yaml", ".yml", ".json", ""
        ];

    public static string Root { get; } = FindRoot();

    /// <summary>All projects below <c>src</c>, by name.</summary>
    public static IReadOnlyDictionary<string, Project> Projects { get; } =
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => new Project(Path.GetFileNameWithoutExtension(file), file, XDocument.Load(file)))
            .ToDictionary(project => project.Name);

    /// <summary>Hand-written text files, as paths relative to <see cref="Root"/> with forward slashes.</summary>
    public static IEnumerable<string> TextFiles() =>
        s_folders.Select(folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Root))
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(file => s_textSuffixes.Contains(Path.GetExtension(file)))
            .Where(file => !file.Split('/').Intersect(s_madeFolders).Any());

    public static string[] Lines(string relativePath) => File.ReadAllLines(Path.Combine(Root, relativePath));

    // The build's output may lie anywhere; this file's own path is where the tree is.
    private static string FindRoot([CallerFilePath] string thisFile = "") =>
        Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(thisFile)))!;
}
