#!/usr/bin/env bash
# grpc-dotnet's health service never tells a watcher that begins during a short outage that the outage is over.
#
# Version     Grpc.AspNetCore 2.85.0 and Grpc.AspNetCore.HealthChecks 2.85.0 (Grpc.HealthCheck 2.85.0 inside), .NET 10
# Guess       Watch says the state at the beginning and every later change, at the latest a publication's period after it
#             (HealthCheckPublisherOptions.Period). So after a few publications Check and the last word of Watch agree.
# Behaviour   They may differ for as long as the service stays well. The first word of Watch is computed when the call
#             comes; later words come from what was published last, and only where that changes. A watcher that begins
#             between two publications, while a check fails, is told NOT_SERVING; when the check is well again before
#             the next publication, SERVING is published after SERVING, which is no change. By default there are 30
#             seconds between publications: every outage shorter than that can do it.
# Output seen watch begins: NotServing
#             check, three publications later: Serving
#             watch, three publications later: NotServing
# Hurts       clients that stop sending to a server until Watch says SERVING (client-side health checking in load
#             balancers): they stop for good. With UseHealthChecksCache = true the first word is a published one too, and
#             the two agree; Check is then as old as the last publication.
#
# Needs the .NET 10 SDK and nuget.org. Ends with 1 if anything has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT

cat >"$folder/watch.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Grpc.AspNetCore" Version="[2.85.0]" />
    <PackageReference Include="Grpc.AspNetCore.HealthChecks" Version="[2.85.0]" />
    <PackageReference Include="Grpc.Net.Client" Version="[2.85.0]" />
  </ItemGroup>
</Project>
PROJECT
cat >"$folder/Program.cs" <<'PROGRAM'
using System.Net;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var isWell = true;
var publications = new Publications();
var builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
    kestrel.Listen(IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc();
builder.Services.AddGrpcHealthChecks()
    .AddCheck("disk", () => isWell ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
builder.Services.AddSingleton<IHealthCheckPublisher>(publications);
builder.Services.Configure<HealthCheckPublisherOptions>(options =>
    (options.Delay, options.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(2)));
await using var app = builder.Build();
app.MapGrpcHealthChecksService();
await app.StartAsync();
using var channel = GrpcChannel.ForAddress(app.Urls.Single());
var client = new Health.HealthClient(channel);
await publications.NextAsync();
await publications.NextAsync();

// The check fails for a moment, right after a publication, and a watcher comes in that moment.
isWell = false;
using var watch = client.Watch(new HealthCheckRequest());
await watch.ResponseStream.MoveNext(default);
isWell = true;
var told = watch.ResponseStream.Current.Status;
Console.WriteLine($"watch begins: {told}");
_ = Task.Run(async () =>
{
    while (await watch.ResponseStream.MoveNext(default))
        told = watch.ResponseStream.Current.Status;
});
for (var publication = 0; publication < 3; publication++)
    await publications.NextAsync();
var check = await client.CheckAsync(new HealthCheckRequest());
Console.WriteLine($"check, three publications later: {check.Status}");
Console.WriteLine($"watch, three publications later: {told}");

sealed class Publications : IHealthCheckPublisher
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task NextAsync() => _next.Task;

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _next, fresh).SetResult();
        return Task.CompletedTask;
    }
}
PROGRAM

dotnet build "$folder" -v quiet -o "$folder/out" >"$folder/log" 2>&1 || { tail -n 5 "$folder/log"; exit 1; }
timeout 60 dotnet "$folder/out/watch.dll" | tee "$folder/seen"
if ! diff - "$folder/seen" >"$folder/difference" <<'SEEN'; then
watch begins: NotServing
check, three publications later: Serving
watch, three publications later: NotServing
SEEN
    printf 'this has changed:\n'
    cat "$folder/difference"
    exit 1
fi
