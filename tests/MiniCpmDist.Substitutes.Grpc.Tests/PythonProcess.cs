using System.Diagnostics;

namespace MiniCpmDist.Substitutes.Grpc.Tests;

/// <summary>A running script; ends with its owner.</summary>
internal sealed class PythonProcess(ProcessStartInfo start) : IDisposable
{
    private readonly Process process = Process.Start(start)!;

    public StreamReader StandardOutput => process.StandardOutput;

    public StreamReader StandardError => process.StandardError;

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            process.Kill();

        process.Dispose();
    }
}
