using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Telemetry;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ClosedDoor.Platform.Pages;

/// <summary>A refusal for people: what a browser shows instead of problem details when an address leads nowhere.</summary>
static class ProblemPage
{
    /// <summary>
    /// A browser that goes to an address says that it takes HTML; a program takes anything, or JSON rather than that (RFC
    /// 9110, 12.5.1). Below /api the answer is data for everyone.
    /// </summary>
    public static bool IsFor(HttpRequest request) =>
        !SecurityHeaders.IsForData(request.Path)
        && MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && Weight(accepted, type => type.Equals("text/html", StringComparison.OrdinalIgnoreCase))
            > Weight(accepted, type => type.EndsWith("json", StringComparison.OrdinalIgnoreCase));

    /// <summary>0 of what is not accepted.</summary>
    static double Weight(IEnumerable<MediaTypeHeaderValue> accepted, Func<StringSegment, bool> isMeant) =>
        accepted.Where(one => isMeant(one.MediaType)).Select(one => one.Quality ?? 1).DefaultIfEmpty(0).Max();

    /// <summary>The page alone: the caller has set the status.</summary>
    public static Task Write(HttpContext http, Refusal refusal)
    {
        var title = Problems.TitleOf(refusal);
        var advice =
            refusal.Code == Refusals.NotFound.Code
                ? new Text(
                    "您访问的页面不存在。请检查链接是否完整，或从邮件中重新打开链接。",
                    "There is no page at this address. Check that the link is complete, or follow it from the mail once more."
                )
                : new Text(
                    "请稍后重试；如仍有问题，请联系主办方，并告知以下请求编号。",
                    "Try again later. If it does not help, write to the organizer and name the request below."
                );

        // link.css hides one language where a page is said to be in the other; this one shows both, so it is plain "zh".
        var page = Html.Of(
            $"""
            <!doctype html>
            <html lang="zh">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{title.Zh} · {title.En}</title>
            <link rel="stylesheet" href="{UpFrom(http.Request.Path)}pages/link.css">
            </head>
            <body>
            <header>医疗机构对接闭门会 · ClosedDoor</header>
            <main>
            <section>
            <h1>{title.Zh}</h1>
            <p>{advice.Zh}</p>
            <h2 lang="en">{title.En}</h2>
            <p lang="en">{advice.En}</p>
            <p class="soft">请求编号 · <span lang="en">Request</span> {RequestId.Of(http)}</p>
            </section>
            </main>
            </body>
            </html>

            """
        );
        http.Response.Headers.ContentLanguage = "zh-CN, en";
        return Answer.WriteBytes(http, Encoding.UTF8.GetBytes(page.ToString()), "text/html; charset=utf-8");
    }

    /// <summary>Back to where the service begins, which behind a proxy need not be the host's root.</summary>
    static string UpFrom(PathString path) =>
        string.Concat(Enumerable.Repeat("../", Math.Max(0, path.Value!.Count(c => c == '/') - 1)));
}
