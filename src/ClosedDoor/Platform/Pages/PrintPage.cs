using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Platform.Http;
using Microsoft.Extensions.Primitives;

namespace ClosedDoor.Platform.Pages;

/// <summary>
/// A page to be printed, or to be turned into a PDF by a browser: one file with its style inside, so that it prints the
/// same from the server, from a mail and from a disk. No script; the policy names the style by its hash.
/// </summary>
sealed class PrintPage(string title, Html body) : IResult
{
    /// <summary>
    /// A4 with the margins of office printers. The fonts are those that Windows, macOS, Debian and the common office
    /// suites bring for Chinese; the generic family comes last.
    /// </summary>
    const string Style = """
        @page { size: A4; margin: 18mm 16mm; }
        :root { color: #111; font: 11pt/1.6 "Source Han Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", sans-serif; }
        body { margin: 0; }
        @media screen { body { max-width: 178mm; margin: 12mm auto; padding: 0 8mm; } }
        h1 { font-size: 18pt; text-align: center; margin: 0 0 6mm; }
        h2 { font-size: 13pt; margin: 6mm 0 2mm; break-after: avoid; }
        p { margin: 0 0 3mm; }
        .indent { text-indent: 2em; }
        .right { text-align: right; }
        .center { text-align: center; }
        .small { font-size: 9pt; color: #444; }
        table { border-collapse: collapse; width: 100%; }
        thead { display: table-header-group; }
        tr { break-inside: avoid; }
        th, td { border: 0.3mm solid #555; padding: 1.6mm 2mm; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
        th { background: #eee; font-weight: 600; print-color-adjust: exact; }
        td.sign { height: 9mm; min-width: 30mm; }
        .sheet { break-after: page; }
        .sheet:last-child { break-after: auto; }
        .cards { display: grid; grid-template-columns: 1fr 1fr; gap: 6mm; }
        .card { border: 0.3mm dashed #777; padding: 6mm; min-height: 52mm; break-inside: avoid; }
        .card .name { font-size: 20pt; font-weight: 700; }
        .card svg { width: 34mm; height: 34mm; float: right; }
        .tent { border: 0.3mm dashed #777; height: 110mm; display: flex; flex-direction: column; justify-content: center; text-align: center; break-inside: avoid; margin-bottom: 6mm; }
        .tent .name { font-size: 44pt; font-weight: 700; line-height: 1.2; }
        """;

    static readonly StringValues Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <summary>The whole document.</summary>
    public string Document { get; } =
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        + $"{Html.Of($"<title>{title}</title>")}\n<style>{Style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n";

    public Task ExecuteAsync(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "private, no-store"; // Names of people: no proxy and no disk keeps them.
        return Answer.WriteBytes(http, Encoding.UTF8.GetBytes(Document), "text/html; charset=utf-8");
    }
}
