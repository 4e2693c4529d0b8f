using System.Text.Json.Serialization;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>What JSON has to know of a manifest, made by the compiler.</summary>
[JsonSerializable(typeof(DataManifest))]
internal sealed partial class DataManifestShape : JsonSerializerContext;
