using System.Diagnostics;
using System.Net.Sockets;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Native.Tests.Posix;

public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_no_regular_file_is_refused_by_its_kind_and_not_waited_for()
    {
        Process.Start("mkfifo", _folder.File("pipe")).WaitForExit();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.File("socket")));
        File.CreateSymbolicLink(_folder.File("loop"), _folder.File("loop"));
        File.CreateSymbolicLink(_folder.File("link-to-pipe"), _folder.File("pipe"));

        Assert.Equal("a named pipe", Found(_folder.File("pipe")));
        Assert.Equal("a named pipe", Found(_folder.File("link-to-pipe")));
        Assert.Equal("a socket", Found(_folder.File("socket")));
        Assert.Equal(FileKind.Nothing, RegularFile.KindOf(_folder.File("pipe") + "\0.txt"));
        Assert.Equal("a loop of links", Found(_folder.File("loop")));
        Assert.Equal("a device", Found("/dev/zero"));
        Assert.Equal("a folder", Found(System.IO.Path.GetTempPath()));
        Assert.Throws<FileNotFoundException>(() => RegularFile.Open(_folder.File("nothing")));
        Assert.Throws<FileNotFoundException>(() => RegularFile.Open(_folder.File("pipe/below")));
    }

    [Fact]
    public void A_file_is_read_up_to_its_bound_and_no_further()
    {
        File.WriteAllText(_folder.File("text"), "\uFEFFgrün");

        Assert.Equal("grün", RegularFile.ReadText(_folder.File("text"), most: 8));
        Assert.Equal(
            "7 bytes at most",
            Assert.Throws<UnfitFileException>(() => RegularFile.ReadText(_folder.File("text"), 7)).Expected);
        // Of what has no size beforehand no more is read either.
        Assert.NotEmpty(RegularFile.ReadText("/proc/self/status"));
        Assert.Throws<UnfitFileException>(() => RegularFile.ReadText("/proc/self/status", most: 10));
    }

    [Fact]
    public void A_file_with_a_hole_of_a_terabyte_is_refused_by_its_size()
    {
        using (var file = File.Create(_folder.File("hole")))
            file.SetLength(1L << 40);

        Assert.Equal(
            $"{1L << 40:N0} or more",
            Assert.Throws<UnfitFileException>(() => RegularFile.ReadBytes(_folder.File("hole"))).Found);
    }

    private static string Found(string path) =>
        Assert.Throws<UnfitFileException>(() => RegularFile.Open(path)).Found;
}
