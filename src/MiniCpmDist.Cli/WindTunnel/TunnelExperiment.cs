using System.Text.Json;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// What an experiment was asked for, as it lies beside its runs: a report finds in it which runs belong together. What
/// became of them is in the runs alone.
/// </summary>
/// <param name="Kind">One of <see cref="TunnelKinds"/>.</param>
/// <param name="Name">The first part of the runs' names.</param>
/// <param name="File">The path of its file, for messages.</param>
/// <param name="FileText">The file as it was.</param>
/// <param name="Recipe">The path of the recipe, for messages.</param>
/// <param name="RecipeText">The recipe as it was.</param>
internal sealed record TunnelExperiment(
    string Kind, string Name, string File, string FileText, string Recipe, string RecipeText)
{
    /// <summary>How often something was left out of it, because there was no time for all.</summary>
    public int Cuts { get; init; }

    private const string Ending = ".experiment.json";
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a tunnel file and the recipe that it names, whose path begins at the file's folder.</summary>
    /// <param name="kind">What is asked for.</param>
    /// <param name="name">The first part of the runs' names.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">One of them cannot be read, or the file names no recipe.</exception>
    public static TunnelExperiment Read(string kind, string name, string path)
    {
        var text = InputFile.ReadText(path);
        var recipe = Path.Combine(Path.GetDirectoryName(path) ?? "", TunnelFile.RecipePath(text, path));
        return new TunnelExperiment(kind, name, path, text, recipe, InputFile.ReadText(recipe));
    }

    /// <summary>What the files say, without what was left out.</summary>
    /// <exception cref="ConfigurationException">Something is wrong in a file; all of it is told.</exception>
    public TunnelOptions Options()
    {
        var all = TunnelFile.Parse(FileText, File, RunFile.Parse(RecipeText, Recipe));
        return Cuts == 0 ? all : TunnelBudget.Smaller(all, TunnelKinds.All[Kind].Smaller).Take(Cuts + 1).Last();
    }

    /// <summary>Where things lie that belong to experiments and to no run.</summary>
    /// <param name="runs">The folder of runs.</param>
    public static string Folder(string runs) => Path.Combine(runs, ".tunnel");

    /// <summary>Puts it beside the runs, in place of an earlier one of this name and kind.</summary>
    /// <param name="runs">The folder of runs.</param>
    /// <exception cref="ConfigurationException">The name is that of an experiment of another kind.</exception>
    public void Keep(string runs)
    {
        var path = Path.Combine(Folder(runs), Name + Ending);
        if (System.IO.File.Exists(path) && Parse(path) is var earlier && earlier.Kind != Kind)
        {
            throw new ConfigurationException([new Problem(
                "--name", $"a name that no other experiment of {runs} has",
                $"`{Name}`, which is that of `minicpm tunnel {earlier.Kind} {earlier.File}`",
                $"for example --name {Name}-{Kind}")]);
        }
        Directory.CreateDirectory(Folder(runs));
        SyncedFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, s_json));
    }

    /// <summary>The experiments of a folder, in the order of their names.</summary>
    /// <param name="runs">The folder of runs.</param>
    /// <param name="damaged">Takes those that cannot be read.</param>
    public static IReadOnlyList<TunnelExperiment> Below(string runs, ProblemCollector damaged) =>
        !Directory.Exists(Folder(runs)) ? [] :
        [
            .. Directory.EnumerateFiles(Folder(runs), "*" + Ending)
                .Order(StringComparer.Ordinal)
                .Select(path => damaged.Try(() => Parse(path)))
                .OfType<TunnelExperiment>(),
        ];

    private static TunnelExperiment Parse(string path)
    {
        try
        {
            var read = JsonSerializer.Deserialize<TunnelExperiment>(InputFile.ReadText(path), s_json);
            if (read is not null && TunnelKinds.All.ContainsKey(read.Kind))
                return read;
        }
        catch (JsonException)
        {
            // Told below, as every file that is not one.
        }
        throw new ConfigurationException([new Problem(
            path, "what `minicpm tunnel` has written of an experiment", "something else",
            "call the experiment again, which writes it anew, or remove the file")]);
    }
}
