using System.Xml.Linq;

namespace MiniCpmDist.Architecture.Tests;

/// <summary>A project file and what it asks for.</summary>
internal sealed record Project(string Name, string Path, XDocument Document)
{
    public string AssemblyName => Property("AssemblyName") ?? Name;

    public bool AllowsUnsafeCode => Property("AllowUnsafeBlocks") == "true";

    /// <summary>Names of the projects that this one refers to itself.</summary>
    public IEnumerable<string> References =>
        Items("ProjectReference").Select(path => System.IO.Path.GetFileNameWithoutExtension(path));

    public IEnumerable<string> Packages => Items("PackageReference");

    private IEnumerable<string> Items(string name) =>
        Document.Descendants(name).Select(item => item.Attribute("Include")!.Value);

    private string? Property(string name) => Document.Descendants(name).FirstOrDefault()?.Value;
}
