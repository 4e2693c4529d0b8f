using System.Globalization;
using MiniCpmDist.KernelRates;
using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.TorchExt;

// Our kernels against the plain composition of tensor operations, and options with shared prefixes against a plain
// loop, and experts against a loop over them: tests/bench/kernels [THREADS [likelihood | experts]]

TensorMemory.KeepFreed();
var threads = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1;
ComputeThreads.Set(threads);
Console.WriteLine($"{InstructionSet.Current}, threads: {threads}. Milliseconds of the quickest of alternating rounds.");
if (args is [_, "likelihood"])
{
    LikelihoodRates.Print("9m", examples: 0);
    LikelihoodRates.Print("9m", examples: 5);
    return;
}
if (args is [_, "experts"])
{
    ExpertRates.Print("nano", rows: 4096);
    ExpertRates.Print("9m", rows: 2048);
    ExpertRates.Print("30m", rows: 2048);
    return;
}
AttentionRates.Print("nano", batch: 4, length: 512, threads);
AttentionRates.Print("9m", batch: 4, length: 512, threads);
AttentionRates.Print("30m", batch: 4, length: 512, threads);
AttentionRates.Print("9m", batch: 1, length: 2048, threads);
GenerationRates.Print("9m", vocabulary: 4096, prompt: 16, tokens: 256);
foreach (var (inSize, outSize) in ((int, int)[])[(320, 320), (320, 4096), (800, 320), (2304, 5760), (5760, 2304)])
    RowRates.Print(inSize, outSize);
