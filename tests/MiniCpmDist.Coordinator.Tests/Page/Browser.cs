using System.Text.Json;
using PuppeteerSharp;

namespace MiniCpmDist.Coordinator.Tests.Page;

/// <summary>
/// Debian's chromium without a window: keys come from the browser's own input, as a user's do.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    // The machine may be busy with a training.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly IBrowser _browser;
    private readonly IPage _page;

    private Browser(IBrowser browser, IPage page) => (_browser, _page) = (browser, page);

    /// <summary>Opens a page of a size, in a browser that nobody has used before.</summary>
    public static async Task<Browser> OpenAsync(string address, int width = 1280, int height = 900)
    {
        var chromium = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, "chromium"))
            .FirstOrDefault(File.Exists);
        Assert.SkipUnless(chromium is not null, "chromium is not there: apt-get install chromium");
        var browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = chromium,
            // The sandbox wants rights that a container has not; all it will see is this page.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
            DefaultViewport = new ViewPortOptions { Width = width, Height = height },
            Timeout = (int)s_patience.TotalMilliseconds,
            ProtocolTimeout = (int)s_patience.TotalMilliseconds,
        });
        try
        {
            var page = await browser.NewPageAsync();
            page.DefaultTimeout = (int)s_patience.TotalMilliseconds;
            await page.GoToAsync(address);
            return new Browser(browser, page);
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>What an expression gives: a text, a number or a truth value, as JSON.</summary>
    public Task<JsonElement> AskAsync(string expression) => _page.EvaluateExpressionAsync<JsonElement>(expression);

    public Task<string> TextAsync(string expression) =>
        _page.EvaluateExpressionAsync<string>($"String({expression})");

    public Task<int> CountAsync(string selector) => _page.EvaluateExpressionAsync<int>(
        $"document.querySelectorAll({JsonSerializer.Serialize(selector)}).length");

    /// <summary>Waits until an expression is true.</summary>
    public async Task UntilAsync(string condition)
    {
        try
        {
            await _page.WaitForExpressionAsync(condition);
        }
        catch (WaitTaskTimeoutException)
        {
            Assert.Fail($"never true: {condition}; the page says: {await TextAsync("document.body.innerText")}");
        }
    }

    /// <summary>Presses and lets go of a key such as <c>Tab</c> or <c>ArrowLeft</c>.</summary>
    public Task PressAsync(string key) => _page.Keyboard.PressAsync(key);

    /// <summary>What the user has asked the system for, such as <c>prefers-color-scheme</c>.</summary>
    public Task PreferAsync(MediaFeature feature, string value) =>
        _page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = feature, Value = value }]);

    public ValueTask DisposeAsync() => _browser.DisposeAsync();
}
