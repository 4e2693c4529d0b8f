namespace MiniCpmDist.Coordinator.Tests;

/// <summary>Files of keys and tokens, as the service takes them.</summary>
internal static class Secret
{
    /// <summary>Lets nobody but the owner read a file.</summary>
    public static void Hide(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Lets every user read it.</summary>
    public static void Show(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
    }
}
