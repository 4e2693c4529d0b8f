using System.Diagnostics;
using System.Reflection;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Runs.Evaluation;

namespace MiniCpmDist.Runs.Tests.Evaluation;

/// <summary>Harmless stand-ins for what a program could do: each tries a little and says how far it came.</summary>
public sealed class CodeSandboxTests
{
    private const string Marker = "0123456789abcdef";

    [Fact]
    public void A_program_that_reaches_its_end_passes_and_one_that_fails_or_leaves_early_does_not()
    {
        var sandbox = Open();

        Assert.True(sandbox.Run(Ending("assert 1 + 1 == 2"), Marker).Passed);
        Assert.False(sandbox.Run(Ending("assert 1 + 1 == 3"), Marker).Passed);
        Assert.False(sandbox.Run(Ending("import sys; sys.exit(0)"), Marker).Passed);
        Assert.False(sandbox.Run(Ending("import os; os._exit(0)"), Marker).Passed);
        Assert.False(sandbox.Run(Ending("print('" + Marker + "'); raise SystemExit(1)"), Marker).Passed);
    }

    [Theory]
    [InlineData("humaneval")]
    [InlineData("mbpp")]
    public void The_solutions_of_a_set_pass_their_own_tests_and_an_empty_answer_does_not(string name)
    {
        var task = TaskFile.Read(BuiltInTasks.Text(name), name);
        var sets = Path.Combine(
            typeof(CodeSandboxTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(entry => entry.Key == "RepositoryRoot").Value!,
            "launch", "examples", "evaluation-sets");
        var problems = new ProblemCollector();
        var sandbox = Open();
        foreach (var item in TaskData.Load(task, sets, problems, problems, int.MaxValue).Items)
        {
            var metric = task.Forms[0].Metrics[0];
            var solved = sandbox.Run(CodeProgram.Of(metric, item, item.Answer, Marker), Marker);
            Assert.True(solved.Passed, $"{item.Id}: {solved}");
            Assert.False(sandbox.Run(CodeProgram.Of(metric, item, "    pass\n", Marker), Marker).Passed);
        }
    }

    [Theory]
    [InlineData("processes", """
        import os, time
        started = 0
        try:
            while started < 60:
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
                started += 1
        except OSError:
            pass
        print('STOPPED' if started < 60 else 'started all')
        """)]
    [InlineData("memory", """
        try:
            bytearray(2 << 30)
            print('got all')
        except MemoryError:
            print('STOPPED')
        """)]
    [InlineData("output", """
        try:
            with open('large', 'wb') as file:
                for _ in range(64):
                    file.write(bytes(1 << 16))
            print('wrote all')
        except OSError:
            print('STOPPED')
        """)]
    [InlineData("files", """
        opened = []
        try:
            for _ in range(200):
                opened.append(open('program.py'))
            print('opened all')
        except OSError:
            opened.clear()
            print('STOPPED')
        """)]
    [InlineData("network", """
        import socket
        try:
            socket.create_connection(('127.0.0.1', PORT), 1)
            print('connected')
        except OSError:
            print('STOPPED')
        """)]
    [InlineData("home", """
        import os
        found = [name for name in ('HOME_FOLDER', '/home', '/root', '/var') if os.path.exists(name)]
        print(found if found else 'STOPPED')
        """)]
    [InlineData("system", """
        import os
        try:
            open('/usr/bin/from-a-model', 'w')
            print('written')
        except OSError:
            print('STOPPED' if not os.environ.get('HOME') and not os.environ.get('MINICPM_SECRET') else os.environ)
        """)]
    public void What_a_program_must_not_do_is_stopped(string what, string program)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        program = program.Replace("PORT", $"{port}", StringComparison.Ordinal).Replace(
            "HOME_FOLDER", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), StringComparison.Ordinal);

        var outcome = Open().Run(program, Marker);

        Assert.True(outcome.Output.Contains("STOPPED", StringComparison.Ordinal), $"{what}: {outcome}");
    }

    [Fact]
    public void An_endless_loop_is_killed_with_everything_that_it_has_started()
    {
        var sandbox = Open();
        var name = $"mcd{Environment.ProcessId}";
        var watch = Stopwatch.StartNew();
        using var started = new ManualResetEventSlim();
        var looker = new Thread(() =>
        {
            while (watch.Elapsed.TotalSeconds < 60 && Process.GetProcessesByName(name).Length == 0)
                Thread.Yield();
            started.Set();
        });
        looker.Start();

        var outcome = sandbox.Run($"""
            import os, time
            if os.fork() == 0:
                os.setsid()
                open('/proc/self/comm', 'w').write('{name}')
                time.sleep(600)
            while True:
                pass
            """, Marker);

        Assert.Contains("killed", outcome.End, StringComparison.Ordinal);
        Assert.True(started.IsSet, "The child was never seen.");
        Assert.True(watch.Elapsed.TotalSeconds < 60);
        Assert.Empty(Process.GetProcessesByName(name));
        looker.Join();
    }

    [Fact]
    public void A_program_that_writes_without_end_is_killed_and_its_output_is_not_kept()
    {
        var outcome = Open().Run("while True: print('x' * 1000)", Marker);

        Assert.False(outcome.Passed);
        Assert.InRange(outcome.Output.Length, 0, 1 << 17);
    }

    private static string Ending(string body) => $"{body}\nprint('{Marker}')\n";

    private static CodeSandbox Open()
    {
        try
        {
            return CodeSandbox.Open();
        }
        catch (ConfigurationException exception)
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }
}
