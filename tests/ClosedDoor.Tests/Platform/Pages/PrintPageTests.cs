using System.Net;
using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Platform.Pages;
using ClosedDoor.Tests.Domain;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Pages;

public class PrintPageTests
{
    [Test]
    public void What_people_write_stays_text() =>
        Properties.Hold(
            Properties.AnyText,
            text =>
            {
                var typed = $"<script>'\"&{text}";
                var markup = Html.Of($"<p title=\"{typed}\">{typed}</p>").ToString();
                return markup.IndexOf('<', 1) == markup.Length - "</p>".Length
                    && markup.Count(c => c == '"') == 2
                    && WebUtility
                        .HtmlDecode(markup[(markup.IndexOf('>') + 1)..^"</p>".Length])
                        .StartsWith("<script>'\"&", StringComparison.Ordinal);
            }
        );

    [Test]
    public void Markup_goes_into_markup_as_it_is_and_Chinese_stays_readable()
    {
        var rows = Html.Each(["甲 & 乙", "丙"], name => Html.Of($"<li>{name}</li>"));

        Assert.That(
            Html.Of($"<ol>{rows}</ol>{Html.Nothing}").ToString(),
            Is.EqualTo("<ol><li>甲 &amp; 乙</li><li>丙</li></ol>")
        );
    }

    [Test]
    public async Task The_policy_allows_this_style_and_nothing_else()
    {
        var page = new PrintPage("签到表", Html.Of($"<h1>签到表</h1>"));
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;

        await page.ExecuteAsync(http);

        var document = Encoding.UTF8.GetString(body.ToArray());
        Assert.That(document, Is.EqualTo(page.Document));
        var style = document.Split("<style>")[1].Split("</style>")[0];
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.That(
            http.Response.Headers.ContentSecurityPolicy.ToString(),
            Does.StartWith($"default-src 'none'; style-src 'sha256-{hash}';").And.Not.Contain("script")
        );
        Assert.That(document, Does.Not.Contain("<script").And.Not.Contain("style=\""));
        Assert.That(http.Response.Headers.CacheControl.ToString(), Is.EqualTo("private, no-store"));
    }
}
