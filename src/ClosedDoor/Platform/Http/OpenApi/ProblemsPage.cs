using System.Globalization;
using System.Net;
using System.Text;

namespace ClosedDoor.Platform.Http.OpenApi;

/// <summary>All problem codes at <c>/docs/problems</c>; the <c>type</c> of every problem leads to its line.</summary>
static class ProblemsPage
{
    public static void Map(IEndpointRouteBuilder app) =>
        KeptPage.Map(
            app,
            Problems.Page,
            () => Task.FromResult(new KeptPage(Encoding.UTF8.GetBytes(Write()), "text/html; charset=utf-8"))
        );

    static string Write()
    {
        var page = new StringBuilder(
            """
            <!doctype html>
            <html lang="zh-CN">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>错误代码 · Problem codes</title>
            <style>
            body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
            table { border-collapse: collapse; width: 100%; }
            th, td { border-bottom: 1px solid #ccc; padding: .4rem; text-align: left; vertical-align: top; }
            td:first-child { overflow-wrap: anywhere; } /* or a telephone shows the codes alone */
            tr:target { background: #fff3c4; }
            </style>
            </head>
            <body>
            <h1>错误代码 <span lang="en">Problem codes</span></h1>
            <table>
            <thead><tr><th scope="col">code</th><th scope="col">HTTP</th><th scope="col">中文</th><th scope="col" lang="en">English</th></tr></thead>
            <tbody>

            """
        );
        foreach (var refusal in Problems.All.OrderBy(Problems.StatusOf).ThenBy(one => one.Code, StringComparer.Ordinal))
        {
            var title = Problems.TitleOf(refusal);
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr id=\"{refusal.Code}\"><td><code>{refusal.Code}</code></td><td>{Problems.StatusOf(refusal)}</td><td>{Encode(title.Zh)}</td><td lang=\"en\">{Encode(title.En)}</td></tr>\n"
            );
        }
        return page.Append("</tbody>\n</table>\n</body>\n</html>\n").ToString();
    }

    static string Encode(string text) => WebUtility.HtmlEncode(text);
}
