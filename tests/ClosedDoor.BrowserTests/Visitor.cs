using ClosedDoor.Tests.Features.Accounts;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ClosedDoor.BrowserTests;

/// <summary>Somebody with a browser: what they see and do, and what goes wrong behind it.</summary>
sealed class Visitor
{
    readonly List<string> _wrong = [];
    readonly List<string> _sent = [];
    readonly List<string> _asked = [];
    readonly bool _isThere;
    readonly string _own = Stage.Host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    Visitor(IPage page, bool isThere)
    {
        (Page, _isThere) = (page, isThere);
        page.PageError += (_, error) => _wrong.Add($"script: {error}");
        page.Console += (_, line) => Hear(line);
        page.Request += (_, request) => Note(request);
        page.RequestFailed += (_, request) =>
            _wrong.Add($"no answer: {request.Method} {request.Url} {request.Failure}");
        page.Dialog += (_, dialog) => _ = Answer(dialog);
        page.Response += (_, response) => Judge(response);
    }

    public const int Telephone = 360;

    public IPage Page { get; }

    /// <summary>What the page did wrong without anybody's seeing it.</summary>
    public IReadOnlyCollection<string> Wrong => [.. _wrong];

    /// <summary>What it has asked the API to do, as method and path.</summary>
    public IReadOnlyCollection<string> Sent => [.. _sent];

    /// <summary>What it has asked the person to be sure of.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <summary>What the person says to that.</summary>
    public bool IsSure { get; set; }

    /// <summary>An origin that a page may send people to.</summary>
    public string? MayGoTo { get; set; }

    /// <param name="isThere">Whether there is a page at the address.</param>
    public static async Task<Visitor> At(string address, int width, bool isThere)
    {
        var page = await Stage.Tab(width);
        await page.AddInitScriptAsync(
            "addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))"
        );
        var visitor = new Visitor(page, isThere);
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

    /// <summary>By the Tab key alone, as many times as a patient person presses it.</summary>
    public async Task TabTo(ILocator target)
    {
        await target.WaitForAsync();
        for (var i = 0; i < 60; i++)
        {
            if (await target.EvaluateAsync<bool>("one => one === document.activeElement"))
                return;
            await Page.Keyboard.PressAsync("Tab");
        }
        throw new NUnit.Framework.AssertionException($"The Tab key does not come to {target}.");
    }

    /// <summary>What one may press or fill in and the Tab key does not come to, or without its being seen where one is.</summary>
    public async Task<string[]> NotReachedByTab()
    {
        await Page.EvaluateAsync(
            """
            () => {
              document.activeElement.blur();
              window.reached = new Set();
            }
            """
        );
        // Past the end it begins at the head again, from where it may have started in between.
        for (var (i, ends) = (0, 0); i < 300 && ends < 2; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            var isEnd = await Page.EvaluateAsync<bool>(
                """
                () => {
                  const one = document.activeElement;
                  if (getComputedStyle(one).outlineStyle !== 'none') window.reached.add(one);
                  return one === document.body;
                }
                """
            );
            if (isEnd)
                ends++;
        }
        return await Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('input, select, textarea, button, a[href]')]
              .filter(one => one.checkVisibility() && !one.disabled && !window.reached.has(one))
              .map(one => one.outerHTML)
            """
        );
    }

    Task Answer(IDialog dialog)
    {
        _asked.Add(dialog.Message);
        return IsSure ? dialog.AcceptAsync() : dialog.DismissAsync();
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
        if (!_isThere && response.Request.IsNavigationRequest)
            return;
        var isRefusal = response.Status is >= 400 and < 500 && response.Url.StartsWith($"{_own}/api/v1/");
        if (response.Status >= 400 && !isRefusal && (MayGoTo is null || !response.Url.StartsWith(MayGoTo)))
            _wrong.Add($"{response.Status}: {response.Url}");
    }
}
