using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MiniCpmDist.Native.Posix;

/// <summary>
/// The one way in which files that others may have written are opened: regular files only, and read up to a bound. A
/// named pipe without a writer would wait for ever, <c>/dev/zero</c> has no end, and .NET knows neither from a file.
/// </summary>
public static partial class RegularFile
{
    /// <summary>Bytes of a document at most, such as a configuration or a manifest.</summary>
    public const int DocumentBytes = 16 << 20;

    private const string Expected = "a regular file";
    private const int NoEntry = 2;
    private const int PermissionDenied = 13;
    private const int NotAFolder = 20;
    private const int TooManyLinks = 40;

    /// <summary>What the path leads to.</summary>
    /// <exception cref="IOException">The system does not say.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be entered.</exception>
    public static FileKind KindOf(string path)
    {
        // The system's names end where a zero is.
        if (path.Contains('\0'))
            return FileKind.Nothing;
        const int WorkingFolder = -100;
        return Look(WorkingFolder, path, 0) switch
        {
            (0, var kind) => kind,
            (NoEntry or NotAFolder, _) => FileKind.Nothing,
            (TooManyLinks, _) => FileKind.LinkLoop,
            (var error, _) => throw Failure(path, error),
        };
    }

    /// <summary>Describes a kind in words, for the "found" of a message.</summary>
    public static string Describe(FileKind kind) => kind switch
    {
        FileKind.Nothing => "nothing of that name",
        FileKind.RegularFile => Expected,
        FileKind.Folder => "a folder",
        FileKind.NamedPipe => "a named pipe",
        FileKind.Socket => "a socket",
        FileKind.Device => "a device",
        _ => "a loop of links",
    };

    /// <summary>Opens for reading; others may go on writing.</summary>
    /// <exception cref="UnfitFileException">It is not a regular file. It has not been opened, or not waited
    /// for.</exception>
    /// <exception cref="FileNotFoundException">There is nothing.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream Open(string path, int bufferBytes = 4096)
    {
        // The name is checked first, because opening a device may already have an effect.
        Require(path, KindOf(path));
        const int NonBlocking = 0x800;
        const int CloseOnExec = 0x80000;
        var descriptor = open(path, NonBlocking | CloseOnExec);
        if (descriptor < 0)
            throw Failure(path, Marshal.GetLastPInvokeError());
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            // The opened file is checked next, because the name may lead to another file by now.
            const int OfDescriptor = 0x1000;
            var (error, kind) = Look(descriptor, "", OfDescriptor);
            Require(path, error == 0 ? kind : throw Failure(path, error));
            return new FileStream(handle, FileAccess.Read, bufferBytes, isAsync: false);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The whole content of a file of at most <paramref name="most"/> bytes.</summary>
    /// <exception cref="UnfitFileException">It is not a regular file, or larger.</exception>
    public static byte[] ReadBytes(string path, int most = DocumentBytes)
    {
        using var file = Open(path, bufferBytes: 0);
        if (file.Length > most)
            throw TooLarge(path, most, file.Length);
        using var content = new MemoryStream((int)file.Length);
        var block = new byte[1 << 16];
        // It may grow while it is read, and files of /proc say that they are empty.
        for (int count; (count = file.Read(block)) > 0;)
        {
            if (content.Length + count > most)
                throw TooLarge(path, most, content.Length + count);
            content.Write(block, 0, count);
        }
        return content.ToArray();
    }

    /// <summary>Reads the whole content as text: UTF-8, with or without a byte order mark.</summary>
    public static string ReadText(string path, int most = DocumentBytes)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path, most)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static void Require(string path, FileKind kind)
    {
        if (kind == FileKind.Nothing)
            throw new FileNotFoundException($"{path}: there is nothing of that name.", path);
        if (kind != FileKind.RegularFile)
            throw new UnfitFileException(path, Expected, Describe(kind));
    }

    private static UnfitFileException TooLarge(string path, int most, long found) =>
        new(path, $"{most:N0} bytes at most", $"{found:N0} or more");

    private static (int Error, FileKind Kind) Look(int folder, string path, int flags)
    {
        // struct statx is the same on every processor, which struct stat is not.
        const int StatusBytes = 256;
        const int ModeAt = 28;
        const uint TypeWanted = 1;
        var status = new byte[StatusBytes];
        if (statx(folder, path, flags, TypeWanted, status) != 0)
            return (Marshal.GetLastPInvokeError(), FileKind.Nothing);
        const int TypeBits = 0xF000;
        return (0, (BitConverter.ToUInt16(status, ModeAt) & TypeBits) switch
        {
            0x8000 => FileKind.RegularFile,
            0x4000 => FileKind.Folder,
            0x1000 => FileKind.NamedPipe,
            0xC000 => FileKind.Socket,
            _ => FileKind.Device,
        });
    }

    private static Exception Failure(string path, int error)
    {
        var message = $"{path}: {new Win32Exception(error).Message}";
        return error switch
        {
            NoEntry or NotAFolder => new FileNotFoundException(message, path),
            PermissionDenied => new UnauthorizedAccessException(message),
            TooManyLinks => new UnfitFileException(path, Expected, Describe(FileKind.LinkLoop)),
            _ => new IOException(message),
        };
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint wanted, [Out] byte[] status);
}
