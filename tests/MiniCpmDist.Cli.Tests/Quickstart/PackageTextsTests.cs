using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Quickstart;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Cli.Tests.Quickstart;

public sealed class PackageTextsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _said = new();

    public void Dispose()
    {
        _folder.Dispose();
        _said.Dispose();
    }

    [Theory]
    [InlineData("usr/doc/*.txt", "usr/doc/a b.txt", true)]
    [InlineData("usr/doc/*.txt", "usr/doc/sub/a.txt", false)]
    [InlineData("usr/doc/*.txt", "usr/doc/.hidden.txt", false)]
    [InlineData("usr/lib/python3.1?/*.py", "usr/lib/python3.11/ast.py", true)]
    [InlineData("usr/lib/python3.1?/*.py", "usr/lib/python3x11/ast.py", false)]
    [InlineData("lib/[!p]*/*.py", "lib/json/a.py", true)]
    [InlineData("lib/[!p]*/*.py", "lib/pydoc_data/a.py", false)]
    [InlineData("lib/[a-c]x", "lib/bx", true)]
    [InlineData("lib/[a-c]x", "lib/dx", false)]
    public void A_pattern_means_what_it_means_to_a_shell(string pattern, string path, bool matches) =>
        Assert.Equal(matches, new ShellPattern(pattern).Matches(path));

    [Fact]
    public void Texts_are_what_the_patterns_name_each_once_and_not_by_its_links()
    {
        var root = Directory.CreateDirectory(_folder["root/usr/share/doc/p/sub"]).Parent!.FullName;
        foreach (var name in (string[])["a.txt", "b.html", "sub/c.txt", "with space.txt"])
            File.WriteAllText(Path.Combine(root, name), "text");
        File.CreateSymbolicLink(Path.Combine(root, "other-name.txt"), "a.txt");
        var package = new PackageTexts(["p"], ["usr/share/doc/p/*.txt", "usr/share/doc/p/a*", "usr/share/doc/none/*"]);
        Assert.Equal(8, package.Take(_folder["root"], _folder["taken"]));
        Assert.Equal(
            ["usr/share/doc/p/a.txt", "usr/share/doc/p/with space.txt"],
            Directory.EnumerateFiles(_folder["taken"], "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(_folder["taken"], file))
                .Order());
    }

    [Fact]
    public void Of_two_names_of_a_package_the_first_that_the_mirror_has_is_downloaded()
    {
        var list = PackageTexts.ReadList("old-name|new-name usr/*\nplain usr/* # x\n");
        Mirror(has: ["new-name", "plain"]).Download(list);
        Assert.Equal(["new-name_1_all.deb", "plain_1_all.deb"], Downloaded());
        Assert.Empty(_said.ToString());
    }

    [Fact]
    public void A_package_that_the_mirror_lacks_is_told_and_the_others_are_downloaded()
    {
        Mirror(has: ["plain"]).Download(PackageTexts.ReadList("missing usr/*\nplain usr/*\n"));
        Assert.Equal(["plain_1_all.deb"], Downloaded());
        Assert.Contains("the mirror did not give missing", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains("E: a word of apt's", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_quickstarts_lists_name_each_package_once_and_its_recipe_knows_each_source()
    {
        var recipes = Path.Combine(Checkout(), "launch", "recipes");
        var places = new QuickstartPlaces(recipes, _folder["work"], _folder["runs"]);
        var run = RunFile.Parse(File.ReadAllText(places.Recipe), places.Recipe);
        foreach (var source in QuickstartSource.All)
        {
            var names = PackageTexts.ReadList(File.ReadAllText(places.PackageList(source)))
                .SelectMany(package => package.Names)
                .ToList();
            Assert.Equal(names.Distinct(), names);
            Assert.Equal(
                QuickstartPlaces.OfCheckout.Tokens(source),
                run.Data.Sources.Single(one => one.Name == source.Name).Path);
        }
    }

    private DebianMirror Mirror(string[] has) => new(_folder.Path, (folder, program, arguments) =>
    {
        if (program == "apt-cache")
        {
            var known = arguments.Where(has.Contains).Select(name => $"Package: {name}\nSize: 1\n");
            return (true, string.Concat(known), "");
        }
        if (arguments.Contains("update"))
            return (false, "", "E: a word of apt's\n");
        foreach (var name in arguments.SkipWhile(word => word != "download").Skip(1))
            File.WriteAllText(Path.Combine(folder, $"{name}_1_all.deb"), "");
        return (true, "", "");
    }, new Screen(_said, isTerminal: false, 100));

    private IEnumerable<string?> Downloaded() =>
        Directory.EnumerateFiles(_folder.Path, "*.deb").Select(Path.GetFileName).Order();

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MiniCpmDist.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
