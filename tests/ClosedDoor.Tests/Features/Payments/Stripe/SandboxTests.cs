using System.Xml.Linq;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>Our client against the stand-in for Stripe, which Stripe's own client and command line hold to Stripe's ways.</summary>
public class SandboxTests
{
    [Test]
    public void The_sandbox_is_no_part_of_the_service()
    {
        var seen = new HashSet<string>();
        Follow(Path.Combine(Readme.Root, "src/ClosedDoor/ClosedDoor.csproj"));
        Assert.That(seen, Has.Count.GreaterThan(1));
        Assert.That(seen, Has.All.StartsWith(Path.Combine(Readme.Root, "src")));
        var shipped = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ClosedDoor.deps.json"));
        Assert.That(shipped, Does.Not.Contain("Sandbox"));
        Assert.That(typeof(StripeClient).Assembly.GetTypes().Select(type => type.Name), Has.None.Contains("Sandbox"));

        void Follow(string project)
        {
            if (!seen.Add(Path.GetFullPath(project)))
                return;
            foreach (var reference in XDocument.Load(project).Descendants("ProjectReference"))
                Follow(Path.Combine(Path.GetDirectoryName(project)!, reference.Attribute("Include")!.Value));
        }
    }

    [Test]
    public async Task A_paid_checkout_is_read_with_its_money_and_fee()
    {
        var sandbox = await Sandbox.Open();
        using var client = ClientOf(sandbox);
        var made = (await client.CreateCheckout(Checkout(), "co:1")).Value;
        Assert.That((made.Status, made.PaymentStatus, made.AmountTotal), Is.EqualTo(("open", "unpaid", 3_880_000L)));

        Assert.That((await sandbox.Act(made.Url!, "pay")).Location, Does.EndWith(made.Id));

        var paid = (await client.GetCheckout(made.Id)).Value;
        Assert.That((paid.Status, paid.PaymentStatus, paid.Url), Is.EqualTo(("complete", "paid", (string?)null)));
        var intent = paid.PaymentIntent!.Value!;
        Assert.That((intent.Status, intent.AmountReceived), Is.EqualTo(("succeeded", 3_880_000L)));
        Assert.That(intent.LatestCharge!.Value!.BalanceTransaction!.Value!.Fee, Is.EqualTo(131_920));
        Assert.That((await client.FindCheckout(intent.Id)).Value.Data.Single().Id, Is.EqualTo(made.Id));
    }

    [TestCase("drop_before")]
    [TestCase("drop_after")]
    [TestCase("error_before")]
    [TestCase("conflict")]
    public async Task What_goes_wrong_on_the_way_happens_once_all_the_same(string fault)
    {
        var sandbox = await Sandbox.Open();
        using var client = ClientOf(sandbox);
        await sandbox.Fault("POST", "/v1/checkout/sessions", fault);

        Assert.That((await client.CreateCheckout(Checkout(), "co:1")).Value.Status, Is.EqualTo("open"));
        Assert.That((await sandbox.Books()).GetProperty("sessions").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_500_that_is_kept_under_its_key_stays_one()
    {
        var sandbox = await Sandbox.Open();
        using var client = ClientOf(sandbox);
        await sandbox.Fault("POST", "/v1/checkout/sessions", "error_after");
        Assert.That(
            async () => await client.CreateCheckout(Checkout(), "co:1"),
            Throws.InstanceOf<StripeUnavailableException>()
        );
    }

    [Test]
    public async Task The_payment_page_says_that_it_is_a_sandbox()
    {
        var sandbox = await Sandbox.Open();
        using var client = ClientOf(sandbox);
        var made = (await client.CreateCheckout(Checkout(), "co:1")).Value;
        using var browser = new HttpClient();
        Assert.That(await browser.GetStringAsync(made.Url), Does.Contain("沙盒"));
    }

    static StripeClient ClientOf(Sandbox sandbox) =>
        new(sandbox.Url, sandbox.Key, new SocketsHttpHandler(), TimeSpan.FromMilliseconds(1));

    static StripeForm Checkout() =>
        new StripeForm()
            .Add("mode", "payment")
            .Add("success_url", "http://127.0.0.1/back?checkout={CHECKOUT_SESSION_ID}")
            .Add("line_items[0][quantity]", 1)
            .Add("line_items[0][price_data][currency]", "cny")
            .Add("line_items[0][price_data][unit_amount]", 3_880_000)
            .Add("line_items[0][price_data][product_data][name]", "示例");
}
