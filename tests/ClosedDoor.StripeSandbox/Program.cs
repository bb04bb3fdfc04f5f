using System.Net;
using ClosedDoor.StripeSandbox;

// make sandbox: a stand-in for Stripe's API, on this machine only. Every secret key (sk_test_…) is an account of its own.
//   /v1/…        the API, as far as ClosedDoor, the official client's checks and `stripe trigger` go
//   /pay/{id}    the payment page
//   /sandbox/…   what no Stripe has: the account's clock, webhook endpoint, faults and books
// sandbox [--port PORT]; PORT 0 takes a free one. The first line of the output is the address.
var port = args is ["--port", var text] && int.TryParse(text, out var number) ? number : 12111;
if (args is not ([] or ["--port", _]))
{
    Console.Error.WriteLine("usage: sandbox [--port PORT]");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder
    .Logging.ClearProviders()
    .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
    .SetMinimumLevel(LogLevel.Error);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
var app = builder.Build();
var accounts = new Accounts(TimeProvider.System);

app.Map("/v1/{**path}", new Api(accounts).Handle);
new PaymentPage(accounts).Map(app);
new Control(accounts).Map(app);

await app.StartAsync();
Console.WriteLine(app.Urls.First());
await app.WaitForShutdownAsync();
return 0;
