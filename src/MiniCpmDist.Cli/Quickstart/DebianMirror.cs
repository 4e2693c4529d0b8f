using MiniCpmDist.Cli.Display;

namespace MiniCpmDist.Cli.Quickstart;

/// <summary>
/// Downloads Debian packages into a folder. This needs no rights of an administrator, and apt checks the archive's
/// signatures all the same.
/// </summary>
/// <param name="folder">An empty folder for the packages.</param>
/// <param name="run">Runs a program in a folder, as <see cref="Programs.Run"/> does.</param>
/// <param name="screen">Where warnings go.</param>
internal sealed class DebianMirror(
    string folder, Func<string, string, IReadOnlyList<string>, (bool Succeeded, string Output, string Errors)> run,
    Screen screen)
{
    private const int MostTold = 8;

    // As root, apt would hand over to its user _apt, who may not write here, and complain.
    private static readonly string[] s_asThisUser = ["-qq", "-o", "APT::Sandbox::User=root"];

    /// <summary>Downloads of each package the first name that the mirror has. What it lacks is told.</summary>
    public void Download(IReadOnlyList<PackageTexts> packages)
    {
        if (TryDownload(packages, []).Missing.Count == 0)
            return;
        // The machine's package lists are missing, or older than the mirror, and this user may not update them.
        screen.Line("    apt's package lists do not have all packages; fetching fresh lists for this only");
        var state = Path.GetFullPath(Path.Combine(folder, "apt"));
        Directory.CreateDirectory(Path.Combine(state, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(state, "archives", "partial"));
        string[] own =
        [
            "-o", $"Dir::State::lists={state}/lists", "-o", $"Dir::Cache={state}", "-o",
            $"Dir::Cache::archives={state}/archives",
        ];
        var (_, updated, complaints) = run(folder, "apt-get", [.. s_asThisUser, .. own, "update"]);
        var (missing, said) = TryDownload(packages, own);
        if (missing.Count == 0)
            return;
        screen.Line($"    the mirror did not give {string.Join(", ", missing)}; going on without");
        var complaintsOfApt = $"{updated}\n{complaints}\n{said}".Split('\n').Where(line => line.Trim() != "");
        foreach (var line in complaintsOfApt.Take(MostTold))
            screen.Line($"        {line}");
    }

    /// <summary>The downloaded file of a package; null where there is none.</summary>
    public string? FileOf(PackageTexts package, out string name)
    {
        foreach (var one in package.Names)
        {
            if (Directory.EnumerateFiles(folder, $"{one}_*.deb").FirstOrDefault() is { } file)
            {
                name = one;
                return file;
            }
        }
        name = package.Names[0];
        return null;
    }

    // Two calls for all packages, because apt reads its lists anew in every call.
    private (IReadOnlyList<string> Missing, string Said) TryDownload(
        IReadOnlyList<PackageTexts> packages, string[] lists)
    {
        var (_, shown, _) = run(
            folder, "apt-cache",
            [.. lists, "show", "--no-all-versions", .. packages.SelectMany(package => package.Names)]);
        const string Field = "Package: ";
        var known = shown.Split('\n')
            .Where(line => line.StartsWith(Field, StringComparison.Ordinal))
            .Select(line => line[Field.Length..].Trim())
            .ToHashSet();
        var chosen = packages.Select(package => package.Names.FirstOrDefault(known.Contains)).OfType<string>().ToList();
        var said = "";
        if (chosen.Count > 0)
            said = run(folder, "apt-get", [.. s_asThisUser, .. lists, "download", .. chosen]).Errors;
        var missing = packages.Where(package => FileOf(package, out _) is null).Select(package => package.Names[0]);
        return ([.. missing], said);
    }
}
