using System.Text.RegularExpressions;
using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Given;
using Microsoft.AspNetCore.Routing;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Pages;

/// <summary>What the links in mails lead to: pages that keep to the policy they are served under, and scripts that ask for what is there.</summary>
public partial class LinkPagesTests
{
    static readonly string[] Paths =
    [
        "/invitation",
        "/delegate",
        "/sessions/ses_01h455vb4pex5vsknk084sn02q",
        "/reservations/rsv_01h455vb4pex5vsknk084sn02q",
        "/refunds/rfd_01h455vb4pex5vsknk084sn02q",
        "/vettings/vet_01h455vb4pex5vsknk084sn02q",
        "/pages/record.js",
        "/pages/invitation.js",
        "/pages/delegate.js",
        "/pages/link.js",
        "/pages/link.css",
    ];

    TestHost _host = null!;
    ApiClient _organizer = null!;
    string _session = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Owner();
        _session = await _host.Given.PublishedSession();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    async Task<(HttpResponseMessage Reply, string Text)> Get(string path)
    {
        var reply = await _host.Client.GetAsync(new Uri(path, UriKind.Relative));
        return (reply, await reply.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task A_personal_link_in_a_mail_leads_to_a_page([Values] LinkPurpose purpose)
    {
        var link = new Uri(Links.Personal(_host.Get<Settings>(), purpose, "cdl_token"));
        Assert.That(link.Fragment, Is.EqualTo("#cdl_token"), "the token goes to no server");
        Assert.That(link.Query, Is.Empty);

        var (page, text) = await Get(link.AbsolutePath);
        Assert.That((int)page.StatusCode, Is.EqualTo(200));
        Assert.That(page.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(text, Does.StartWith("<!doctype html>\n<html lang=\"zh-CN\">").And.Contain("name=\"viewport\""));
        // Chinese comes first wherever both are said.
        foreach (Match pair in Heading().Matches(text))
            Assert.That(
                pair.Value.IndexOf("zh-CN", StringComparison.Ordinal),
                Is.LessThan(pair.Value.IndexOf("\"en\"", StringComparison.Ordinal))
            );
    }

    [TestCaseSource(nameof(Paths))]
    public async Task Page_script_and_policy_fit(string path)
    {
        var (reply, text) = await Get(path);
        Assert.That((int)reply.StatusCode, Is.EqualTo(200));
        var policy = reply.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.Contain("default-src 'none'; script-src 'self'; style-src 'self'"));
        Assert.That(policy, Does.Contain("connect-src 'self'").And.Not.Contain("unsafe"));
        Assert.That(reply.Headers.GetValues("Referrer-Policy").Single(), Is.EqualTo("no-referrer"));
        Assert.That(
            reply.Content.Headers.ContentType!.MediaType,
            Is.EqualTo(
                path.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript"
                : path.EndsWith(".css", StringComparison.Ordinal) ? "text/css"
                : "text/html"
            )
        );
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.TryAddWithoutValidation("If-None-Match", reply.Headers.ETag!.ToString());
        Assert.That((int)(await _host.Client.SendAsync(again)).StatusCode, Is.EqualTo(304));

        // Nothing inline that the policy would stop, nothing from elsewhere, no markup out of what people typed.
        Assert.That(InlineScript().Matches(text), Is.Empty);
        Assert.That(text, Does.Not.Match(@"<style|\sstyle=|\son\w+=""|javascript:|@import|url\("));
        Assert.That(text, Does.Not.Match("https?://"));
        Assert.That(
            text,
            Does.Not.Match("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function")
        );
        // The token is kept nowhere and put into no address.
        Assert.That(text, Does.Not.Match("localStorage|sessionStorage|document\\.cookie|[?&]token="));
        // What an address brings (../, ?) leads to no other endpoint: paths are put together by the one tag that refuses it.
        Assert.That(PutTogether().Matches(text), Is.Empty);
        foreach (Match asset in Asset().Matches(text))
        {
            var uri = new Uri(new Uri(new Uri("http://localhost"), path), asset.Groups["at"].Value);
            Assert.That((int)(await Get(uri.AbsolutePath)).Reply.StatusCode, Is.EqualTo(200), uri.AbsolutePath);
        }
    }

    [TestCaseSource(nameof(Paths))]
    public async Task With_a_slash_at_its_end_an_address_leads_to_the_same_page(string path)
    {
        var asked = new Uri(_host.Client.BaseAddress!, $"{path}/?payment=1");

        using var reply = await _host.Client.GetAsync(asked);

        Assert.That((int)reply.StatusCode, Is.EqualTo(308));
        // Relative: a proxy may have taken a folder off that the browser knows of.
        Assert.That(reply.Headers.Location!.IsAbsoluteUri, Is.False);
        Assert.That(new Uri(asked, reply.Headers.Location).PathAndQuery, Is.EqualTo($"{path}?payment=1"));
    }

    [TestCase("call('POST', `/payments/${id}/check`)")]
    [TestCase("call('POST', '/payments/' + id)")]
    [TestCase("maybe(\"/payments/\" + id)")]
    [TestCase("call('GET', `${id}/check`)")]
    public void A_path_put_together_without_the_tag_is_found(string script) =>
        Assert.That(PutTogether().Matches(script), Is.Not.Empty);

    [Test]
    public async Task What_is_put_into_a_path_is_an_id_or_a_word_and_the_payment_in_the_address_a_payments_id()
    {
        Assert.That(
            (await Get("/pages/link.js")).Text,
            Does.Contain(@"if (!values.every(value => /^\w+$/.test(value)))")
        );
        Assert.That(
            (await Get("/pages/record.js")).Text,
            Does.Contain("/^pay_[0-9a-z]{26}$/.test(asked) ? asked : null")
        );
    }

    [Test]
    public async Task A_mangled_link_ends_no_script_before_it_can_say_so()
    {
        var script = (await Get("/pages/link.js")).Text;
        Assert.That(script, Does.Match(@"try \{\s*return [^;]*decodeURIComponent\(hash"));
        Assert.That(script.Split("decodeURIComponent"), Has.Length.EqualTo(2), "and nowhere else");
    }

    [Test]
    public async Task The_icon_that_browsers_ask_for_is_there()
    {
        var (reply, text) = await Get("/favicon.ico");
        Assert.That((int)reply.StatusCode, Is.EqualTo(200));
        Assert.That(reply.Content.Headers.ContentType!.MediaType, Is.EqualTo("image/x-icon"));
        Assert.That(text, Does.StartWith("\0\0\u0001\0"));
    }

    /// <summary>What a script calls, as method and path with a star for what stands in at run time.</summary>
    static IEnumerable<(string Method, string Path)> Calls(string script) =>
        Call()
            .Matches(script)
            .Select(match =>
                (
                    match.Groups["method"].Success ? match.Groups["method"].Value : "GET",
                    Substitution().Replace(match.Groups["path"].Value.Split('?')[0], "*")
                )
            )
            .Distinct();

    [TestCase("/pages/record.js", 10)]
    [TestCase("/pages/invitation.js", 18)]
    [TestCase("/pages/delegate.js", 6)]
    public async Task Every_call_that_a_script_makes_is_an_endpoint_for_its_link(string path, int atLeast)
    {
        var endpoints = _host
            .Get<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(one => one.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(one =>
                one.Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Select(method =>
                        $"{method} {Parameter().Replace(one.RoutePattern.RawText!["/api/v1".Length..], "*")}"
                    )
            )
            .ToHashSet();

        var calls = Calls((await Get(path)).Text).Select(call => $"{call.Method} {call.Path}").ToList();
        Assert.That(calls.Except(endpoints), Is.Empty);
        Assert.That(calls, Has.Count.AtLeast(atLeast), "or the test looks past the calls");
        Assert.That(
            Calls("call('GET', '/nothing')").Select(call => $"{call.Method} {call.Path}").Except(endpoints),
            Is.Not.Empty
        );
    }

    [Test]
    public async Task A_companys_mails_and_stripe_lead_to_pages_that_know_each_state()
    {
        var settings = _host.Get<Settings>();
        foreach (
            var link in new[]
            {
                Links.Session(settings, _session),
                Links.Reservation(settings, "rsv_01h455vb4pex5vsknk084sn02q"),
                Links.Refund(settings, "rfd_01h455vb4pex5vsknk084sn02q"),
                Links.Vetting(settings, "vet_01h455vb4pex5vsknk084sn02q"),
            }
        )
            Assert.That((int)(await Get(new Uri(link).AbsolutePath)).Reply.StatusCode, Is.EqualTo(200), link);

        var script = (await Get("/pages/record.js")).Text;
        string[] words =
        [
            .. Words.All<ReservationStatus>(),
            .. Words.All<PaymentStatus>(),
            .. Words.All<RefundStatus>(),
            .. Words.All<VettingStatus>(),
            .. Words.All<SessionStatus>(),
        ];
        Assert.That(words.Where(word => !script.Contains($" {word}: [", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_decided_vettings_page_says_the_reason_in_words()
    {
        var company = await _host.Given.VettedCompany();
        await _host.Tamper(
            "UPDATE vetting SET status = 'rejected', reason_code = 'other', note = '示例说明', decided_at = 1 WHERE company_id = @Id",
            new { company.Id }
        );
        var id = await _host.Query<string>("SELECT id FROM vetting WHERE company_id = @Id", new { company.Id });

        var decision = (await company.Api.Get($"/vettings/{id}")).Expect(200)["decision"];
        var script = (await Get("/pages/record.js")).Text;

        // Of an object the page would show that it is one.
        Assert.That(decision.GetProperty("reason").GetProperty("zh").GetString(), Does.Contain("见说明"));
        Assert.That(decision.GetProperty("note").GetString(), Is.EqualTo("示例说明"));
        Assert.That(script, Does.Contain("both(vetting.decision.reason.zh, vetting.decision.reason.en)"));
        Assert.That(script, Does.Contain("vetting.decision.note)"));
    }

    [Test]
    public async Task All_that_the_seats_page_reads_is_answered_to_its_company_and_to_no_other()
    {
        var (company, other) = (await _host.Given.VettedCompany(), await _host.Given.VettedCompany());
        var seat = await _host.Confirmed(company, _session);
        string[] own = [$"/reservations/{seat}"];
        string[] all =
        [
            "/me",
            $"/sessions/{_session}",
            $"/payments?sessionId={_session}&limit=200",
            $"/reservations?sessionId={_session}&limit=200",
        ];

        foreach (var path in own.Concat(all))
            (await company.Api.Get(path)).Expect(200);
        foreach (var path in own)
            (await other.Api.Get(path)).Expect(404);
        Assert.That((await company.Api.Get("/me"))["companyId"].GetString(), Is.Not.Empty);
    }

    [Test]
    public async Task All_that_the_pages_read_is_answered_to_a_guest_and_a_delegate_who_come()
    {
        var company = await _host.Given.VettedCompany();
        var seat = await _host.Confirmed(company, _session);
        var (_, _, guest) = await _host.AcceptedGuest(_organizer, _session);
        var named = (await company.Named(seat, "示例"))[0];
        await _host.Ready(_organizer, named);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        var person = await _host.DelegateOf(_organizer, named);

        foreach (var (script, api) in new[] { ("/pages/invitation.js", guest), ("/pages/delegate.js", person) })
        {
            foreach (var (_, path) in Calls((await Get(script)).Text).Where(call => call.Method == "GET"))
            {
                var reply = await api.Get(path.Replace("*", _session, StringComparison.Ordinal));
                Assert.That(reply.Status, Is.EqualTo(200), $"{script}: {path} {reply.Text}");
            }
        }
    }

    [GeneratedRegex(@"<h2>.*?</h2>", RegexOptions.None, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"<script(?![^>]*\ssrc=)", RegexOptions.None, 1000)]
    private static partial Regex InlineScript();

    [GeneratedRegex(@"(?:src|href)=""(?<at>[^""]+)""|from '(?<at>\./[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Asset();

    /// <summary>A path with something put in that the tag has not looked at.</summary>
    [GeneratedRegex(
        @"(?<!\bpath)`/|['""]/[^'""\n]*['""]\s*\+|(?:'[A-Z]+',\s*|maybe\(|tagged\(|picture\()`\$",
        RegexOptions.None,
        1000
    )]
    private static partial Regex PutTogether();

    [GeneratedRegex(
        @"(?:(?:call|change)\('(?<method>[A-Z]+)',\s*|(?:maybe|tagged|download|picture)\()(?:path)?['`](?<path>/[^'`]*)['`]",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Call();

    [GeneratedRegex(@"\$\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Substitution();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();
}
