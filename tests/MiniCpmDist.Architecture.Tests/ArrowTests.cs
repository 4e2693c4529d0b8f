using System.Text.RegularExpressions;

namespace MiniCpmDist.Architecture.Tests;

public sealed partial class ArrowTests
{
    [Fact]
    public void Every_project_has_its_arrows_written_down() =>
        Assert.Equal(
            Arrows.BetweenProjects.Keys.Intersect(Repository.Projects.Keys).Order(), Repository.Projects.Keys.Order());

    [Fact]
    public void Projects_refer_only_to_projects_below_them() =>
        Violations.RequireNone(
            from project in Repository.Projects.Values
            from reference in project.References
            where !Arrows.BetweenProjects[project.Name].Contains(reference)
            select $"{project.Name} -> {reference}");

    [Fact]
    public void Projects_bring_in_only_the_packages_that_they_are_there_to_hold() =>
        Violations.RequireNone(
            from project in Repository.Projects.Values
            from package in project.Packages
            where !Arrows.ToPackages[project.Name].Contains(package)
            select $"{project.Name} -> {package}");

    [Fact]
    public void Assemblies_use_only_what_their_arrows_reach() =>
        Violations.RequireNone(
            from project in Repository.Projects.Values
            from used in AssemblyFacts.Of(project).ReferencedAssemblies
            let target = Repository.Projects.Values.SingleOrDefault(candidate => candidate.AssemblyName == used)
            where target is not null && !Arrows.BetweenProjects[project.Name].Contains(target.Name)
            select $"{project.Name} -> {target.Name}");

    [Fact]
    public void Folders_use_only_the_floors_below_them() =>
        Violations.RequireNone(
            from source in SourcesWithFloors()
            from line in Repository.Lines(source.File)
            let match = OwnUsing().Match(line)
            where match.Success && match.Groups[1].Value == source.Project && match.Groups[2].Value != source.Folder
            where FloorOf(source.Project, match.Groups[2].Value) >= FloorOf(source.Project, source.Folder)
            select $"{source.File}: {line}");

    [Fact]
    public void Every_folder_has_a_floor() =>
        Violations.RequireNone(
            from source in SourcesWithFloors()
            where source.File.Split('/').Length > 3 && FloorOf(source.Project, source.Folder) < 0
            select source.File);

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = string.Join('\n', Repository.Lines("MiniCpmDist.sln")).Replace('\\', '/');
        var projects = Repository.TextFiles().Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

        Assert.All(projects, project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    private static IEnumerable<(string File, string Project, string Folder)> SourcesWithFloors() =>
        from file in Repository.TextFiles()
        where file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
        let parts = file.Split('/')
        where parts.Length > 3 && Arrows.Floors.ContainsKey(parts[1])
        select (file, parts[1], parts[2]);

    private static int FloorOf(string project, string folder) =>
        Arrows.Floors[project]
            .Index()
            .Where(floor => floor.Item.Contains(folder))
            .Select(floor => floor.Index)
            .DefaultIfEmpty(-1)
            .Single();

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?(MiniCpmDist\.\w+)\.(\w+)")]
    private static partial Regex OwnUsing();
}
