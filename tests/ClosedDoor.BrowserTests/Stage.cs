using ClosedDoor.Tests.Features.Payments.Stripe;
using ClosedDoor.Tests.Given;
using Microsoft.Playwright;
using NUnit.Framework;

namespace ClosedDoor.BrowserTests;

/// <summary>
/// What all tests share: one Chromium, and the service over HTTP on a scratch database, with a stand-in for Stripe and a
/// clock that stands still.
/// </summary>
[SetUpFixture]
sealed class Stage
{
    /// <summary>Debian's.</summary>
    const string Chromium = "/usr/bin/chromium";

    /// <summary>Longer than anything takes on a machine that is busy with the other tests.</summary>
    const float LongestWait = 30_000;

    /// <summary>Of Chromium, whose hundreds of megabytes may have to come from the disk first.</summary>
    const float LongestStart = 180_000;

    static IPlaywright? s_playwright;
    static IBrowser? s_browser;
    static Till? s_till;

    public static IBrowser Browser => s_browser!;

    public static Till Till => s_till!;

    public static TestHost Host => Till.Host;

    [OneTimeSetUp]
    public async Task Open()
    {
        if (!File.Exists(Chromium))
            throw new InvalidOperationException(
                $"Chromium is missing: there is no {Chromium} (Debian: apt-get install chromium). No page was tried."
            );
        s_playwright = await Playwright.CreateAsync();
        s_browser = await s_playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Chromium,
                Timeout = LongestStart,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
        Assertions.SetDefaultExpectTimeout(LongestWait);
        s_till = await Till.OpenOnKestrel();
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        if (s_browser is not null)
            await s_browser.DisposeAsync();
        s_playwright?.Dispose();
        if (s_till is not null)
            await s_till.DisposeAsync();
        await TestDatabase.DisposeAll();
    }

    /// <summary>A tab of its own, as on a telephone that is somewhere else: days and times are Beijing's all the same.</summary>
    public static async Task<IPage> Tab(int width)
    {
        var context = await Browser.NewContextAsync(
            new()
            {
                BaseURL = Host.Client.BaseAddress!.ToString(),
                ViewportSize = new() { Width = width, Height = 740 },
                Locale = "zh-CN",
                TimezoneId = "America/New_York",
            }
        );
        context.SetDefaultTimeout(LongestWait);
        await context.Clock.SetFixedTimeAsync(Host.Time.Now.ToDateTimeUtc());
        return await context.NewPageAsync();
    }
}
