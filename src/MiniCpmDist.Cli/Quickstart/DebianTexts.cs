using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Quickstart;

/// <summary>
/// Takes the text files out of Debian packages. The packages are unpacked, not installed: slim images tell dpkg to drop
/// /usr/share/doc, and an ordinary user may not install.
/// </summary>
internal static class DebianTexts
{
    /// <summary>Makes the folder <paramref name="target"/> with the texts of each package in a folder of its
    /// own.</summary>
    /// <param name="list">The text of a package list.</param>
    /// <param name="least">Bytes of text that are expected at least.</param>
    /// <param name="target">The folder; it appears when it is whole.</param>
    /// <param name="screen">Where progress goes.</param>
    /// <exception cref="ConfigurationException">The packages give too little text.</exception>
    public static void Fetch(string list, long least, string target, Screen screen)
    {
        var (downloads, partial) = ($"{target}.packages", $"{target}.partial");
        QuickstartPlaces.Remove(downloads);
        QuickstartPlaces.Remove(partial);
        Directory.CreateDirectory(downloads);
        Directory.CreateDirectory(partial);
        var mirror = new DebianMirror(downloads, Programs.Run, screen);
        var packages = PackageTexts.ReadList(list);
        mirror.Download(packages);
        long bytes = 0;
        foreach (var package in packages)
        {
            if (mirror.FileOf(package, out var name) is not { } file)
                continue;
            var root = Path.Combine(downloads, "unpacked");
            var (succeeded, _, errors) = Programs.Run(
                downloads, "dpkg-deb", ["-x", Path.GetFullPath(file), Path.GetFullPath(root)]);
            if (!succeeded)
                throw new IOException($"dpkg-deb cannot unpack {file}: {errors.Trim()}");
            var taken = package.Take(root, Path.Combine(partial, name));
            screen.Line($"    {name}: {SizeText.Of(taken)}");
            bytes += taken;
            QuickstartPlaces.Remove(root);
        }
        QuickstartPlaces.Remove(downloads);
        if (bytes < least)
        {
            throw new ConfigurationException([new Problem(
                "the Debian packages", $"at least {SizeText.Of(least)} of text", SizeText.Of(bytes),
                "see that a Debian mirror can be reached: apt-get update")]);
        }
        Directory.Move(partial, target);
    }
}
