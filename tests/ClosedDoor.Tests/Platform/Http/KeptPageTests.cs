using System.Text;
using ClosedDoor.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Http;

public class KeptPageTests
{
    [Test]
    public async Task What_could_not_be_made_is_made_when_it_is_asked_for_again_and_then_kept()
    {
        var makings = 0;
        await using var app = WebApplication.CreateSlimBuilder().Build();
        KeptPage.Map(
            app,
            "/page",
            () =>
                ++makings switch
                {
                    1 => Task.FromException<KeptPage>(new IOException("not now")),
                    2 => throw new IOException("nor now"),
                    _ => Task.FromResult(new KeptPage(Encoding.UTF8.GetBytes("there"), "text/plain")),
                }
        );
        var ask = ((IEndpointRouteBuilder)app).DataSources.Single().Endpoints.Single().RequestDelegate!;

        Assert.That(() => Ask(app, ask), Throws.TypeOf<IOException>());
        Assert.That(() => Ask(app, ask), Throws.TypeOf<IOException>());
        Assert.That(await Ask(app, ask), Is.EqualTo("there"));
        Assert.That(await Ask(app, ask), Is.EqualTo("there"));
        Assert.That(makings, Is.EqualTo(3));
    }

    static async Task<string> Ask(WebApplication app, RequestDelegate ask)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = app.Services };
        (http.Request.Method, http.Request.Path, http.Response.Body) = ("GET", "/page", body);
        await ask(http);
        return Encoding.UTF8.GetString(body.ToArray());
    }
}
