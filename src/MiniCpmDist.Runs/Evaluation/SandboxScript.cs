namespace MiniCpmDist.Runs.Evaluation;

/// <summary>What makes the sandbox from inside its namespaces, as scripts for sh; $1 is the program's folder.</summary>
internal static class SandboxScript
{
    // Memory of one process, processes of this user in the namespace, seconds of processor, bytes of a file, open
    // files, no core file. A program with many processes has the memory limit for each, so both are low.
    private const string Limits =
        "prlimit --as=1073741824 --nproc=32 --cpu=4 --fsize=1048576 --nofile=64 --core=0 --";

    /// <summary>
    /// A new root in memory (4 MiB) with the system's folders read-only; the old root is unmounted. All rights of root
    /// are given up, also for programs that would get them back.
    /// </summary>
    public const string Protected = $$"""
        set -e
        root=$1/root
        mkdir "$root"
        mount -t tmpfs -o size=4m,mode=755 none "$root"
        cd "$root"
        mkdir usr etc dev proc tmp work old
        for name in usr etc/alternatives etc/ld.so.cache; do
            [ -e /$name ] || continue
            if [ -d /$name ]; then mkdir -p $name; else : > $name; fi
            mount --rbind /$name $name
            mount -o remount,bind,ro,nosuid,nodev $name
        done
        for name in bin sbin lib lib32 lib64; do
            if [ -L /$name ]; then ln -s "$(readlink /$name)" $name
            elif [ -d /$name ]; then
                mkdir $name; mount --rbind /$name $name; mount -o remount,bind,ro,nosuid,nodev $name
            fi
        done
        for name in null zero urandom; do : > dev/$name; mount --bind /dev/$name dev/$name; done
        cp "$1/program.py" work/program.py
        mount -t proc -o nosuid,nodev,noexec none proc
        pivot_root . old
        umount -l /old
        rmdir /old
        cd /work
        exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all {{Limits}} \
            env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 OMP_NUM_THREADS=1 python3 -I -B program.py
        """;

    public const string Unprotected = $"cd \"$1\" && exec {Limits} python3 -I -B program.py";
}
