using System.Text.Json;
using System.Text.Json.Serialization;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Coordinator.Client;

/// <summary><c>coordinator.json</c> in a run's folder: where the coordinator of the running training is.</summary>
/// <param name="Address">For the client.</param>
/// <param name="Run">Name of the run there.</param>
/// <param name="Host">Machine of rank 0, for whoever cannot reach the address from another one.</param>
public sealed partial record CoordinatorFile(string Address, string Run, string Host)
{
    private const string Name = "coordinator.json";

    public static string PathIn(string runFolder) => Path.Combine(runFolder, Name);

    /// <summary>Writes the file whole or not at all.</summary>
    public static void Write(string runFolder, CoordinatorFile file)
    {
        var partial = PathIn(runFolder) + ".new";
        File.WriteAllText(partial, JsonSerializer.Serialize(file, Shape.Default.CoordinatorFile) + "\n");
        File.Move(partial, PathIn(runFolder), overwrite: true);
    }

    /// <summary>Reads the file; null if it does not exist or cannot be read.</summary>
    public static CoordinatorFile? Read(string runFolder)
    {
        try
        {
            return JsonSerializer.Deserialize(RegularFile.ReadText(PathIn(runFolder)), Shape.Default.CoordinatorFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Removes the file if it still names this address: a newer attempt may have written its own.</summary>
    public static void Remove(string runFolder, string address)
    {
        if (Read(runFolder)?.Address == address)
            File.Delete(PathIn(runFolder));
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(CoordinatorFile))]
    private sealed partial class Shape : JsonSerializerContext;
}
