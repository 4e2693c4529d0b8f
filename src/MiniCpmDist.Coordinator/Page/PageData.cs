using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Coordinator.Page;

/// <summary>
/// What the page asks for, as JSON that a script may ask for too: <c>/api/runs</c> and <c>/api/runs/NAME/series</c>.
/// </summary>
internal sealed class PageData(RunRegistry registry)
{
    // A restarted coordinator counts from the beginning again: its cursors must not be taken for those of the one
    // before.
    private readonly string _instance = Guid.NewGuid().ToString("N")[..8];

    public static void Map(IEndpointRouteBuilder routes, RunRegistry registry)
    {
        var data = new PageData(registry);
        // A browser sends no token when it opens a page. These files are the same everywhere; what they show of runs
        // they ask for, and that takes the right.
        routes.MapGet(PageFiles.Root, PageFiles.AnswerRootAsync).AllowAnonymous();
        routes.MapGet(PageFiles.Folder + "{name}", (HttpContext http, string name) =>
            PageFiles.AnswerAsync(http, name)).AllowAnonymous();
        var runs = routes.MapGroup("/api/runs").RequireAuthorization(Rights.Read);
        runs.MapGet("", data.AnswerRunsAsync);
        runs.MapGet("/{name}/series", (HttpContext http, string name) => data.AnswerSeriesAsync(http, name));
    }

    private Task AnswerRunsAsync(HttpContext http) => AnswerAsync(http, writer =>
    {
        writer.WriteStartArray("runs");
        foreach (var view in RunView.Of(registry))
            WriteRun(writer, view);
        writer.WriteEndArray();
    });

    private Task AnswerSeriesAsync(HttpContext http, string name)
    {
        // The server decodes all of a path but this, so that folders stay folders.
        name = name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var view = RunView.Of(registry).FirstOrDefault(view => view.Run.Name == name);
        if (view is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return http.Response.WriteAsync("This coordinator knows no such run; /api/runs has all it knows.\n");
        }

        string? after = http.Request.Query["after"];
        var isMine = after?.StartsWith(_instance + "-", StringComparison.Ordinal) == true;
        var news = view.Run.History.Since(
            isMine ? HistoryCursor.Parse(after![(_instance.Length + 1)..]) : HistoryCursor.None);
        return AnswerAsync(http, writer => WriteSeries(writer, view, news));
    }

    private void WriteRun(Utf8JsonWriter writer, RunView view)
    {
        var (run, status, history) = (view.Run, view.Status, view.Run.History);
        var newest = status is { Step: > 0 } ? HistoryPoint.Of(status) : history.Newest;
        writer.WriteStartObject();
        writer.WriteString("run", run.Name);
        writer.WriteString("parent", run.Parent);
        writer.WriteNumber("parent_step", run.ParentStep);
        writer.WriteString("state", view.State);
        WriteNumber(writer, "ranks", status?.WorldSize);
        WriteNumber(writer, "total_steps", status is { TotalSteps: > 0 } ? status.TotalSteps : null);
        WriteNumber(
            writer, "last_checkpoint_step", status is { LastCheckpointStep: > 0 } ? status.LastCheckpointStep : null);
        writer.WriteNumber("waiting_requests", view.Known?.Requests.Waiting ?? 0);
        writer.WritePropertyName("newest");
        WriteNewest(writer, newest);
        writer.WritePropertyName("held_out");
        if (history.NewestHeldOut is { } heldOut)
            WriteRow(writer, ("step", heldOut.Step), ("tokens", heldOut.Tokens), ("loss", heldOut.Loss));
        else
            writer.WriteNullValue();
        WriteMeasures(writer, history.Measures);
        writer.WriteString("cursor", Text(history.Cursor));
        writer.WriteEndObject();
    }

    private static void WriteMeasures(Utf8JsonWriter writer, IReadOnlyList<Measure> measures)
    {
        writer.WriteStartObject("measures");
        foreach (var measure in measures.DistinctBy(measure => measure.Name))
            WriteNumber(writer, measure.Name, measure.Value);
        writer.WriteEndObject();
    }

    private void WriteSeries(Utf8JsonWriter writer, RunView view, HistoryNews news)
    {
        writer.WriteString("run", view.Run.Name);
        writer.WriteString("cursor", Text(news.Cursor));
        writer.WriteBoolean("whole", news.IsWhole);
        writer.WriteStartObject("points");
        Write(writer, "step", news.Points, point => writer.WriteNumberValue(point.Step));
        Write(writer, "tokens", news.Points, point => writer.WriteNumberValue(point.Tokens));
        Write(writer, "loss", news.Points, point => writer.WriteNumberValue((float)point.Loss));
        Write(writer, "lr", news.Points, point => writer.WriteNumberValue((float)point.LearningRate));
        Write(writer, "token_batch", news.Points, point => writer.WriteNumberValue(point.TokenBatch));
        Write(writer, "tokens_per_second", news.Points, point => writer.WriteNumberValue((float)point.TokensPerSecond));
        Write(writer, "phase", news.Points, point => writer.WriteStringValue(PhaseName.Of(point.Phase)));
        Write(writer, "steps", news.Points, point => writer.WriteNumberValue(point.Steps));
        writer.WriteEndObject();
        writer.WriteStartObject("held_out");
        Write(writer, "step", news.HeldOut, point => writer.WriteNumberValue(point.Step));
        Write(writer, "tokens", news.HeldOut, point => writer.WriteNumberValue(point.Tokens));
        Write(writer, "loss", news.HeldOut, point => writer.WriteNumberValue(point.Loss));
        writer.WriteEndObject();
        writer.WriteStartArray("events");
        foreach (var happened in news.Events)
        {
            writer.WriteStartObject();
            writer.WriteNumber("number", happened.Number);
            writer.WriteString("kind", happened.Kind);
            writer.WriteNumber("step", happened.Step);
            writer.WriteNumber("tokens", happened.Tokens);
            writer.WriteString("text", happened.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WritePropertyName("newest");
        WriteNewest(writer, news.Newest);
    }

    private string Text(HistoryCursor cursor) => $"{_instance}-{cursor}";

    private static void WriteNewest(Utf8JsonWriter writer, HistoryPoint? newest)
    {
        if (newest is not { } point)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("step", point.Step);
        writer.WriteNumber("tokens", point.Tokens);
        WriteNumber(writer, "loss", point.Loss);
        WriteNumber(writer, "lr", point.LearningRate);
        writer.WriteNumber("token_batch", point.TokenBatch);
        WriteNumber(writer, "tokens_per_second", point.TokensPerSecond);
        writer.WriteString("phase", PhaseName.Of(point.Phase));
        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, params (string Key, double Value)[] row)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in row)
            writer.WriteNumber(key, value);
        writer.WriteEndObject();
    }

    private static void Write<T>(Utf8JsonWriter writer, string key, IReadOnlyList<T> points, Action<T> write)
    {
        writer.WriteStartArray(key);
        foreach (var point in points)
            write(point);
        writer.WriteEndArray();
    }

    /// <summary>
    /// Null where it is not known, and where it is not finite, for which JSON has no number: the loss of a run that has
    /// diverged.
    /// </summary>
    private static void WriteNumber(Utf8JsonWriter writer, string key, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            writer.WriteNumber(key, number);
        else
            writer.WriteNull(key);
    }

    private static async Task AnswerAsync(HttpContext http, Action<Utf8JsonWriter> writeMembers)
    {
        // The usual escaping, which leaves no `<` in it: whoever puts this into a page by mistake is safe too.
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = buffer.Length;
        await http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), http.RequestAborted)
            .ConfigureAwait(false);
    }
}
