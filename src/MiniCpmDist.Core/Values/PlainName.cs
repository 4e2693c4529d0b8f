namespace MiniCpmDist.Core.Values;

/// <summary>Names of files that a file names beside it.</summary>
public static class PlainName
{
    /// <summary>False for what could lead out of the folder, and for what no file can be called.</summary>
    public static bool IsOne(string name) =>
        name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0;
}
