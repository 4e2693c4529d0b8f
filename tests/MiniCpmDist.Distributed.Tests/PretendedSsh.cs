namespace MiniCpmDist.Distributed.Tests;

/// <summary>Stands in for ssh in front of Open MPI: what a host is to run, this machine runs.</summary>
internal static class PretendedSsh
{
    /// <summary>Writes the program.</summary>
    /// <param name="path">Of the program.</param>
    /// <param name="reach">Shell lines before the command, in which <c>$host</c> is the host; to leave with an exit
    /// code is not to reach it.</param>
    /// <param name="enter">A program that takes the command where the host is another place than this.</param>
    /// <returns><paramref name="path"/>.</returns>
    public static string Write(string path, string reach = "", string enter = "")
    {
        // The last of ssh's arguments is one command line; before it come options and the host. A host has a folder
        // for temporary files of its own: in a shared one, daemons that start at once race to make the same folder.
        File.WriteAllText(path, $"""
            #!/bin/sh
            while [ "$1" != "${"{1#-}"}" ]; do shift; done
            host=$1; shift
            {reach}
            export TMPDIR="$0.$host.d"
            mkdir -p "$TMPDIR"
            exec {enter} sh -c "$*"
            """);
        Tool.Start(Path.GetDirectoryName(path)!, "chmod", ["+x", path], []).Succeeded();
        return path;
    }
}
