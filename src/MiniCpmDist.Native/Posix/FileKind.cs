namespace MiniCpmDist.Native.Posix;

/// <summary>What a path leads to after links are followed.</summary>
public enum FileKind
{
    Nothing,
    RegularFile,
    Folder,
    NamedPipe,
    Socket,
    Device,

    /// <summary>Links that lead to one another, or more of them than the system follows.</summary>
    LinkLoop,
}
