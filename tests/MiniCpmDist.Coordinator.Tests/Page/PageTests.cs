using System.Text.Json;
using PuppeteerSharp;

namespace MiniCpmDist.Coordinator.Tests.Page;

/// <summary>The page in a real browser.</summary>
public sealed class PageTests : IAsyncDisposable
{
    private readonly PretendRuns _runs = new();
    private EmbeddedCoordinator _coordinator;

    public PageTests() => _coordinator = PretendRuns.Serve(_runs);

    private string Address => _coordinator.HttpAddress!;

    [Fact]
    public async Task It_shows_the_tree_the_curves_and_the_events_and_follows_the_run_by_itself()
    {
        await using var browser = await ShownAsync();

        Assert.Equal(3, await browser.CountAsync("#tree tbody tr"));
        Assert.Equal("├─", await browser.TextAsync("document.querySelectorAll('#tree .lines')[1].textContent"));
        Assert.Equal(
            "from trunk, step 200", await browser.TextAsync("document.querySelectorAll('#tree .from')[1].textContent"));
        Assert.Equal(3, await browser.CountAsync("#loss-chart path.smooth"));
        // Thirteen losses on held-out text, and the three that name the rows of phases.
        Assert.Equal(16, await browser.CountAsync("#loss-chart > svg > g > path.mark"));
        Assert.Equal(4, await browser.CountAsync("#loss-chart rect.own"));
        foreach (var chart in (string[])["lr", "batch", "speed"])
            Assert.Equal(3, await browser.CountAsync($"#{chart}-chart path.line:not(.raw)"));
        Assert.Equal(5, await browser.CountAsync("#events li"));
        await browser.AskAsync("document.getElementById('with-checkpoints').click()");
        Assert.Equal(4, await browser.CountAsync("#events li"));
        await browser.AskAsync("document.getElementById('numbers').open = true");
        await browser.UntilAsync("document.querySelectorAll('#numbers-body table').length === 3");

        _runs.Train(7);
        _runs.Trunk.Tell("phase", 408, 408 * 2048, "the decay phase begins");

        await browser.UntilAsync("document.querySelector('#tree tbody tr').innerText.includes('407')");
        await browser.UntilAsync("document.querySelector('#events li').innerText.includes('the decay phase begins')");
        Assert.Equal("0", await browser.TextAsync(
            "performance.getEntriesByType('resource')"
            + ".filter(one => new URL(one.name).origin !== location.origin).length"));
    }

    [Fact]
    public async Task Whatever_a_run_calls_itself_is_text_and_nothing_else()
    {
        await using var browser = await ShownAsync();
        await browser.AskAsync("document.getElementById('numbers').open = true");
        await browser.UntilAsync("document.querySelectorAll('#numbers-body table').length === 3");
        await browser.AskAsync("document.getElementById('loss-chart').focus()");
        await browser.PressAsync("ArrowLeft");

        Assert.Equal("undefined", await browser.TextAsync("window.taken"));
        Assert.Equal(0, await browser.CountAsync("img"));
        Assert.Equal(1, await browser.CountAsync("script"));
        // In the tree, the legend, the values, the table and the events.
        var shown = await browser.AskAsync(
            "[...document.querySelectorAll('.name, .run, caption, .text')]"
            + $".filter(one => one.textContent === {JsonSerializer.Serialize(PretendRuns.Hostile)}).length");
        Assert.True(shown.GetInt32() >= 6, $"{shown}");
    }

    [Fact]
    public async Task Everything_can_be_reached_and_read_with_the_keyboard()
    {
        await using var browser = await ShownAsync();
        const string Here = "document.activeElement";
        var stops = new List<string>();
        for (var i = 0; i < 25 && !(stops.Count > 1 && stops[^1] == "BODY"); i++)
        {
            await browser.PressAsync("Tab");
            stops.Add(await browser.TextAsync($"{Here}.id || {Here}.closest('#tree')?.id || {Here}.tagName"));
            var outline = await browser.TextAsync(
                $"getComputedStyle({Here}).outlineStyle + ' ' + getComputedStyle({Here}).outlineWidth");
            Assert.True(stops[^1] == "BODY" || outline == "solid 2px", $"{stops[^1]} has the focus: {outline}");
        }

        string[] expected =
        [
            "tree", "tree", "tree", "loss-chart", "lr-chart", "batch-chart", "speed-chart", "with-checkpoints",
        ];
        Assert.Equal(expected, stops.Where(expected.Contains).Take(expected.Length));

        await browser.AskAsync("document.getElementById('loss-chart').focus()");
        await browser.PressAsync("Home");
        await browser.PressAsync("PageUp");
        await browser.PressAsync("ArrowRight");
        var said = await browser.TextAsync("document.activeElement.getAttribute('aria-valuetext')");
        var title = await browser.TextAsync("document.getElementById('readout-title').textContent");
        Assert.Matches(@"^90\.1K tokens: trunk \d\.\d{3} at step 44$", said);
        Assert.Equal("Values at 90.1K tokens", title);
        // The others follow.
        Assert.Equal(4, await browser.CountAsync(".cursor .rule"));
        Assert.Equal(
            "90.1K tokens: trunk 0.02 at step 44",
            await browser.TextAsync("document.getElementById('lr-chart').getAttribute('aria-valuetext')"));
        // What has happened there is said in words.
        for (var place = 44; place < 300; place += 4)
            await browser.PressAsync("ArrowRight");
        Assert.Contains(
            "set-lr: learning rate 0.02 -> 0.01",
            await browser.TextAsync("document.getElementById('here').textContent"), StringComparison.Ordinal);
        await browser.PressAsync("Escape");
        Assert.Equal(0, await browser.CountAsync(".cursor .rule"));

        await browser.AskAsync("document.querySelector('#tree input').focus()");
        await browser.PressAsync(" ");
        await browser.UntilAsync("document.querySelectorAll('#loss-chart path.smooth').length === 2");
        // The table is drawn again, and the focus is where it was.
        Assert.Equal("true", await browser.TextAsync($"{Here} === document.querySelector('#tree input')"));
    }

    [Fact]
    public async Task It_says_when_the_coordinator_is_gone_and_goes_on_when_there_is_one_again()
    {
        await using var browser = await ShownAsync();
        var address = Address;

        await _coordinator.DisposeAsync();
        await browser.UntilAsync("document.getElementById('link').innerText.includes('does not answer since')");
        Assert.Equal(3, await browser.CountAsync("#loss-chart path.smooth"));
        _runs.Train(5);
        _coordinator = PretendRuns.Serve(_runs, address);

        await browser.UntilAsync("document.getElementById('link').innerText === 'Live'");
        await browser.UntilAsync("document.querySelector('#tree tbody tr').innerText.includes('405')");
    }

    [Fact]
    public async Task Where_there_are_tokens_it_asks_for_one()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "read 0123456789abcdef\n", TestContext.Current.CancellationToken);
            Secret.Hide(file);
            await _coordinator.DisposeAsync();
            _coordinator = PretendRuns.Serve(_runs, tokens: file);
            await using var browser = await Browser.OpenAsync(Address);
            await browser.UntilAsync("!document.getElementById('token').hidden");
            await browser.AskAsync(Give("no token of theirs"));
            await browser.UntilAsync("document.getElementById('token-wrong').textContent.length > 0");
            Assert.Equal(0, await browser.CountAsync("#tree tbody tr"));

            await browser.AskAsync(Give("0123456789abcdef"));

            await browser.UntilAsync("document.querySelectorAll('#loss-chart path.smooth').length === 3");
            Assert.Equal("true", await browser.TextAsync("document.getElementById('token').hidden"));
        }
        finally
        {
            File.Delete(file);
        }

        static string Give(string token) =>
            $"document.getElementById('token-text').value = '{token}'; document.querySelector('#token button').click()";
    }

    [Theory]
    [InlineData(360)]
    [InlineData(820)]
    [InlineData(1280)]
    public async Task No_screen_is_too_narrow(int width)
    {
        await using var browser = await ShownAsync(width);

        Assert.Equal($"{width}", await browser.TextAsync("document.documentElement.scrollWidth"));
        var wide = await browser.TextAsync(
            "[...document.querySelectorAll('main *')].filter(one => !one.closest('.scroll, svg, thead'))"
            + ".filter(one => one.getBoundingClientRect().right > innerWidth + 0.5)"
            + ".map(one => one.outerHTML.slice(0, 80)).join('\\n')");
        Assert.Equal("", wide);
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task All_text_has_a_contrast_of_4_5_at_least(string scheme)
    {
        await using var browser = await ShownAsync();
        await browser.PreferAsync(MediaFeature.PrefersColorScheme, scheme);

        var faint = await browser.TextAsync("""
            (() => {
              const light = text => {
                const [r, g, b] = text.match(/[\d.]+/g).map(Number).slice(0, 3)
                  .map(part => part / 255)
                  .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const paper = light(getComputedStyle(document.body).backgroundColor);
              const found = [];
              for (const one of document.querySelectorAll('body *')) {
                if (![...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
                const style = getComputedStyle(one);
                const ink = light(one.namespaceURI.endsWith('svg') ? style.fill : style.color);
                const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
                if (contrast < 4.5) found.push(`${one.tagName} ${one.className} ${contrast}`);
              }
              return found.join('\n');
            })()
            """);
        var paper = await browser.TextAsync("getComputedStyle(document.body).backgroundColor");

        Assert.Equal("", faint);
        Assert.Equal(scheme == "dark" ? "rgb(20, 23, 27)" : "rgb(255, 255, 255)", paper);
    }

    [Fact]
    public async Task Nothing_moves_for_those_who_want_no_motion()
    {
        await using var browser = await ShownAsync();
        const string Motion = "getComputedStyle(document.querySelector('#link .dot')).animationName";

        await browser.PreferAsync(MediaFeature.PrefersReducedMotion, "no-preference");
        await browser.UntilAsync($"{Motion} === 'breathe'");
        await browser.PreferAsync(MediaFeature.PrefersReducedMotion, "reduce");
        await browser.UntilAsync($"{Motion} === 'none'");
    }

    [Fact]
    public async Task What_is_drawn_has_a_name_and_a_table_beside_it()
    {
        await using var browser = await ShownAsync();

        Assert.Equal("", await browser.TextAsync(
            "[...document.querySelectorAll('[role=slider], section, input, [role=region]')]"
            + ".filter(one => !one.getAttribute('aria-label') && !one.labels?.length"
            + " && !document.getElementById(one.getAttribute('aria-labelledby') ?? ''))"
            + ".map(one => one.outerHTML.slice(0, 80)).join()"));
        Assert.Equal("header,main,footer", await browser.TextAsync(
            "[...document.querySelectorAll('header, main, footer')].map(one => one.tagName.toLowerCase()).join()"));
        Assert.Equal(1, await browser.CountAsync("h1"));
        Assert.Equal("true", await browser.TextAsync(
            "[...document.querySelectorAll('.chart > svg')].every(one => one.getAttribute('aria-hidden') === 'true')"));
    }

    public ValueTask DisposeAsync() => _coordinator.DisposeAsync();

    private async Task<Browser> ShownAsync(int width = 1280)
    {
        var browser = await Browser.OpenAsync(Address, width);
        await browser.UntilAsync("document.querySelectorAll('#loss-chart path.smooth').length === 3");
        return browser;
    }
}
