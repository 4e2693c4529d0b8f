using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace MiniCpmDist.Engine.Tests.Conversion;

/// <summary>A Hugging Face folder that tests/golden/make_model_folder.py has made; gone after the test.</summary>
internal sealed class ModelFolder : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("minicpm-model-").FullName;

    public ModelFolder(string dtype, params string[] options)
    {
        Path = System.IO.Path.Combine(_parent, "model");
        var golden = typeof(ModelFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "GoldenFolder").Value!;
        var script = System.IO.Path.Combine(golden, "make_model_folder.py");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, Path, dtype, .. options]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    public string Path { get; }

    public string this[string file] => System.IO.Path.Combine(Path, file);

    /// <summary>What the script says every parameter is.</summary>
    public Dictionary<string, float[]> Expected(Func<string, long> countOf)
    {
        var all = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(this["expected.bin"])).ToArray();
        var result = new Dictionary<string, float[]>();
        var first = 0;
        foreach (var name in File.ReadAllLines(this["expected.txt"]))
        {
            var count = (int)countOf(name);
            result.Add(name, all[first..(first + count)]);
            first += count;
        }
        Assert.Equal(all.Length, first);
        return result;
    }

    /// <summary>Spoils a text file of the folder.</summary>
    public void Replace(string file, string old, string replacement)
    {
        var text = File.ReadAllText(this[file]);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(this[file], text.Replace(old, replacement, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
