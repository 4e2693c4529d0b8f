using System.Text.Json.Serialization;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>The code that reads and writes a manifest as JSON; the compiler makes it.</summary>
[JsonSerializable(typeof(DataManifest))]
internal sealed partial class DataManifestShape : JsonSerializerContext;
