#!/usr/bin/env bash
# One NaN in a histogram of OpenTelemetry makes its sum, minimum and maximum NaN for the rest of the process.
#
# Version     OpenTelemetry 1.20.1; prometheus-net 8.2.1 for comparison; .NET 10
# Guess       NaN lies in no bucket, so it is passed over. OpenTelemetry's specification says for exponential histograms
#             that NaN and infinity should not go into sum, minimum and maximum, and prometheus-net passes NaN over.
# Behaviour   The NaN is counted, in the last bucket of a histogram with boundaries, and added to the sum. With
#             cumulative temporality, the default, that sum never becomes a number again: the average is lost until the
#             process ends, while the count goes on. A NaN in a counter stays as well, in both libraries: prometheus-net
#             refuses Inc(-1) and takes Inc(NaN).
# Output seen explicit: count 4, sum NaN, least NaN, most NaN
#             exponential: count 4, sum NaN, least NaN, most NaN
#             prometheus-net: count 3, sum 9
# Hurts       whoever records losses or norms of gradients, where one NaN that was skipped by the training takes the
#             average of all others off the dashboards. The histograms of src/MiniCpmDist.Runs/Telemetry are times,
#             which are never NaN.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project OpenTelemetry=1.20.1 prometheus-net=8.2.1
cat >Program.cs <<'PROGRAM'
using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

double[] losses = [2, double.NaN, 3, 4];
using var meter = new Meter("losses");
using var provider = Sdk.CreateMeterProviderBuilder()
    .AddMeter(meter.Name)
    .AddView("exponential", new Base2ExponentialBucketHistogramConfiguration())
    .AddReader(new BaseExportingMetricReader(new Print()))
    .Build();
var histogram = meter.CreateHistogram<double>("explicit");
var exponential = meter.CreateHistogram<double>("exponential");
var other = Prometheus.Metrics.CreateHistogram("loss", "Loss");
foreach (var loss in losses)
{
    histogram.Record(loss);
    exponential.Record(loss);
    other.Observe(loss);
}
provider.ForceFlush();
Console.WriteLine($"prometheus-net: count {other.Count}, sum {other.Sum}");
Environment.Exit(0);

sealed class Print : BaseExporter<Metric>
{
    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                point.TryGetHistogramMinMaxValues(out var least, out var most);
                Console.WriteLine($"{metric.Name}: count {point.GetHistogramCount()}, "
                    + $"sum {point.GetHistogramSum()}, least {least}, most {most}");
            }
        }
        return ExportResult.Success;
    }
}
PROGRAM
run_program
expect_found <<'SEEN'
explicit: count 4, sum NaN, least NaN, most NaN
exponential: count 4, sum NaN, least NaN, most NaN
prometheus-net: count 3, sum 9
SEEN
