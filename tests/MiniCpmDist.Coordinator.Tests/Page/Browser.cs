using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiniCpmDist.Coordinator.Tests.Page;

/// <summary>
/// Debian's chromium without a window, driven over its DevTools protocol: keys come from the browser's own input, as a
/// user's do.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    // The machine may be busy with a training.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private string _session = "";
    private int _sent;

    private Browser(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Opens a page of a size, in a browser that nobody has used before.</summary>
    public static async Task<Browser> OpenAsync(string address, int width = 1280, int height = 900)
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
                .Any(folder => File.Exists(Path.Combine(folder, "chromium"))),
            "chromium is not there: apt-get install chromium");
        var profile = Directory.CreateTempSubdirectory("minicpm-browser-").FullName;
        var process = Process.Start(new ProcessStartInfo("chromium",
        [
            // The sandbox wants rights that a container has not; all it will see is this page.
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--hide-scrollbars", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank",
        ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var browser = new Browser(process, profile);
        try
        {
            await browser.BeginAsync(address, width, height);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>What an expression gives: a text, a number or a truth value, as JSON.</summary>
    public async Task<JsonElement> AskAsync(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new JsonObject
        {
            ["expression"] = expression,
            ["returnByValue"] = true,
            ["awaitPromise"] = true,
        });
        Assert.False(answer.TryGetProperty("exceptionDetails", out var wrong), $"{expression}: {wrong}");
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    public async Task<string> TextAsync(string expression) => (await AskAsync($"String({expression})")).GetString()!;

    public async Task<int> CountAsync(string selector) =>
        (await AskAsync($"document.querySelectorAll({JsonSerializer.Serialize(selector)}).length")).GetInt32();

    /// <summary>Waits until an expression is true.</summary>
    public async Task UntilAsync(string condition)
    {
        var clock = Stopwatch.StartNew();
        while (!(await AskAsync($"Boolean({condition})")).GetBoolean())
        {
            if (clock.Elapsed > s_patience)
                Assert.Fail($"never true: {condition}; the page says: {await TextAsync("document.body.innerText")}");
            await Task.Delay(50);
        }
    }

    /// <summary>Presses and lets go of a key such as <c>Tab</c> or <c>ArrowLeft</c>.</summary>
    public async Task PressAsync(string key)
    {
        var code = key switch
        {
            "Tab" => 9,
            "Escape" => 27,
            " " => 32,
            "PageUp" => 33,
            "End" => 35,
            "Home" => 36,
            "ArrowLeft" => 37,
            "ArrowRight" => 39,
            _ => throw new ArgumentOutOfRangeException(nameof(key)),
        };
        foreach (var type in (string[])["keyDown", "keyUp"])
        {
            var stroke = new JsonObject
            {
                ["type"] = type,
                ["key"] = key,
                ["code"] = key == " " ? "Space" : key,
                ["windowsVirtualKeyCode"] = code,
            };
            if (key == " " && type == "keyDown")
                stroke["text"] = " ";
            await CallAsync("Input.dispatchKeyEvent", stroke);
        }
    }

    /// <summary>What the user has asked the system for, such as <c>prefers-color-scheme</c>.</summary>
    public Task PreferAsync(string feature, string value) => CallAsync("Emulation.setEmulatedMedia", new JsonObject
    {
        ["features"] = new JsonArray(new JsonObject { ["name"] = feature, ["value"] = value }),
    });

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A child of the browser may still be writing as it ends; the folder is the system's to clean.
        }
    }

    private async Task BeginAsync(string address, int width, int height)
    {
        const string Here = "DevTools listening on ";
        using var patience = new CancellationTokenSource(s_patience);
        string? line;
        do
        {
            line = await _process.StandardError.ReadLineAsync(patience.Token)
                ?? throw new InvalidOperationException("chromium ended before it listened.");
        }
        while (!line.StartsWith(Here, StringComparison.Ordinal));
        // Else it stops as soon as the pipe is full.
        _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        await _socket.ConnectAsync(new Uri(line[Here.Length..].Trim()), patience.Token);
        var page = await CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        var attached = await CallAsync("Target.attachToTarget", new JsonObject
        {
            ["targetId"] = page.GetProperty("targetId").GetString(),
            ["flatten"] = true,
        });
        _session = attached.GetProperty("sessionId").GetString()!;
        await CallAsync("Emulation.setDeviceMetricsOverride", new JsonObject
        {
            ["width"] = width,
            ["height"] = height,
            ["deviceScaleFactor"] = 1,
            ["mobile"] = false,
        });
        await CallAsync("Page.navigate", new JsonObject { ["url"] = address });
        await UntilAsync("document.readyState === 'complete' && location.protocol === 'http:'");
    }

    private async Task<JsonElement> CallAsync(string method, JsonObject parameters)
    {
        using var patience = new CancellationTokenSource(s_patience);
        var id = ++_sent;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session.Length > 0)
            call["sessionId"] = _session;
        await _socket.SendAsync(
            Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        while (true)
        {
            // Events come in between.
            var message = await ReceiveAsync(patience.Token);
            if (!message.TryGetProperty("id", out var of) || of.GetInt32() != id)
                continue;
            Assert.False(message.TryGetProperty("error", out var error), $"{method}: {error}");
            return message.GetProperty("result");
        }
    }

    private async Task<JsonElement> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, cancellationToken);
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonDocument.Parse(text.ToArray()).RootElement.Clone();
    }
}
