namespace MiniCpmDist.Core.Formats;

/// <summary>One file of a checkpoint.</summary>
/// <param name="Name">Name within the checkpoint's folder.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">Hash of its content: 64 lower-case hexadecimal digits.</param>
public sealed record ManifestFile(string Name, long Bytes, string Sha256);
