using System.Diagnostics;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

/// <summary>A running script; ends with its owner.</summary>
internal sealed class PythonProcess(ProcessStartInfo start) : IDisposable
{
    private readonly Process _process = Process.Start(start)!;

    public StreamReader StandardOutput => _process.StandardOutput;

    public StreamReader StandardError => _process.StandardError;

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            _process.Kill();

        _process.Dispose();
    }
}
