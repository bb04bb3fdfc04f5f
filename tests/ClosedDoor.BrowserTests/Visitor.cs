using ClosedDoor.Tests.Features.Accounts;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ClosedDoor.BrowserTests;

/// <summary>Somebody with a browser: what they see and do, and what goes wrong behind it.</summary>
sealed class Visitor
{
    readonly List<string> _wrong = [];
    readonly List<string> _sent = [];
    readonly string _own = Stage.Host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    Visitor(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => _wrong.Add($"script: {error}");
        page.Console += (_, line) => Hear(line);
        page.Request += (_, request) => Note(request);
        page.RequestFailed += (_, request) =>
            _wrong.Add($"no answer: {request.Method} {request.Url} {request.Failure}");
        page.Response += (_, response) => Judge(response);
    }

    public const int Telephone = 360;

    public IPage Page { get; }

    /// <summary>What the page did wrong without anybody's seeing it.</summary>
    public IReadOnlyCollection<string> Wrong => [.. _wrong];

    /// <summary>What it has asked the API to do, as method and path.</summary>
    public IReadOnlyCollection<string> Sent => [.. _sent];

    /// <summary>An origin that a page may send people to.</summary>
    public string? MayGoTo { get; set; }

    public static async Task<Visitor> At(string address, int width = 1024)
    {
        var page = await Stage.Tab(width);
        await page.AddInitScriptAsync(
            "addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))"
        );
        var visitor = new Visitor(page);
        await page.GotoAsync(address);
        return visitor;
    }

    public async Task SignIn(string email, string password = Person.Password)
    {
        await Page.GetByLabel("邮箱").FillAsync(email);
        await Page.GetByLabel("密码").FillAsync(password);
        await Button("登录").ClickAsync();
    }

    /// <summary>By what stands on it, in the language that is shown.</summary>
    public ILocator Button(string words, string within = "main") =>
        Page.Locator(within).GetByRole(AriaRole.Button, new() { Name = words, Exact = true });

    public Task Press(string words, string within = "main") => Button(words, within).ClickAsync();

    /// <summary>What stands beside a word, as it is read: without the other language.</summary>
    public async Task Reads(string part, string word, string value) =>
        await Expect(
                Page.Locator($"#{part} dt")
                    .Filter(new() { Has = Page.GetByText(word, new() { Exact = true }) })
                    .Locator("xpath=following-sibling::dd[1]")
            )
            .ToHaveTextAsync(value, new() { UseInnerText = true });

    public async Task Sees(string part, string words) =>
        await Expect(Page.Locator($"#{part}")).ToContainTextAsync(words, new() { UseInnerText = true });

    /// <summary>The line at the head that says what came of it.</summary>
    public async Task IsTold(string words, bool refused = false)
    {
        await Expect(Page.Locator("#say")).ToContainTextAsync(words, new() { UseInnerText = true });
        await Expect(Page.Locator("#say")).ToHaveClassAsync(refused ? "refused" : "");
        await Expect(Page.Locator("#say")).ToBeInViewportAsync();
    }

    void Hear(IConsoleMessage line)
    {
        // Chromium says of each answer that is a refusal that it is one: Judge tells which may be.
        if (line.Type is "error" or "warning" && !line.Text.StartsWith("Failed to load resource: the server responded"))
            _wrong.Add($"console: {line.Text}");
    }

    void Note(IRequest request)
    {
        var uri = new Uri(request.Url);
        var origin = uri.GetLeftPart(UriPartial.Authority);
        if (uri.Scheme is not ("blob" or "data") && origin != _own && origin != MayGoTo)
            _wrong.Add($"another origin: {request.Url}");
        if (request.Method != "GET" && origin == _own)
            _sent.Add($"{request.Method} {uri.AbsolutePath}");
    }

    /// <summary>The API may refuse; what a page is made of has to be there.</summary>
    void Judge(IResponse response)
    {
        var isRefusal = response.Status is >= 400 and < 500 && response.Url.StartsWith($"{_own}/api/v1/");
        if (response.Status >= 400 && !isRefusal && (MayGoTo is null || !response.Url.StartsWith(MayGoTo)))
            _wrong.Add($"{response.Status}: {response.Url}");
    }
}
