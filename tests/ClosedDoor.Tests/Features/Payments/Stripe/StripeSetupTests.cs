using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Platform;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

public class StripeSetupTests
{
    const string Stripe = "https://api.stripe.com";
    const string Sandbox = "http://127.0.0.1:12111";

    [TestCase(Stripe, "sk_live_1", "whsec_1")]
    [TestCase(Stripe, "rk_live_1", "whsec_1")]
    [TestCase(null, "sk_live_1", "whsec_1")]
    [TestCase(null, null, null)]
    public void Production_starts_with_Stripe_itself_or_without_it(string? api, string? key, string? secret) =>
        Assert.That(() => Check(api, key, secret, production: true), Throws.Nothing);

    [TestCase("http://api.stripe.com", "sk_live_1", "whsec_1")]
    [TestCase("https://api.stripe.com.example.com", "sk_live_1", "whsec_1")]
    [TestCase(Sandbox, "sk_live_1", "whsec_1")]
    [TestCase(Stripe, "sk_test_1", "whsec_1")]
    [TestCase(Stripe, "nonsense", "whsec_1")]
    [TestCase(Stripe, "sk_live_1", null)]
    [TestCase(Stripe, "sk_live_1", "secret")]
    [TestCase(Stripe, null, "whsec_1")]
    public void Production_starts_with_nothing_else(string? api, string? key, string? secret) =>
        Assert.That(() => Check(api, key, secret, production: true), Throws.InstanceOf<InvalidSettingException>());

    [TestCase(Sandbox, "sk_test_1", "whsec_1")]
    [TestCase("http://localhost:12111/", "sk_test_1", "whsec_1")]
    [TestCase("http://[::1]:12111", "sk_test_1", "whsec_1")]
    [TestCase(null, null, null)]
    public void Development_starts_with_a_sandbox_on_this_machine(string? api, string? key, string? secret) =>
        Assert.That(() => Check(api, key, secret, production: false), Throws.Nothing);

    [TestCase(Stripe, "sk_test_1", "whsec_1")]
    [TestCase(null, "sk_test_1", "whsec_1")]
    [TestCase("http://192.0.2.1:12111", "sk_test_1", "whsec_1")]
    [TestCase("nonsense", "sk_test_1", "whsec_1")]
    [TestCase(Sandbox, "sk_live_1", "whsec_1")]
    [TestCase(Sandbox, "sk_test_1", null)]
    public void Development_moves_no_money(string? api, string? key, string? secret) =>
        Assert.That(() => Check(api, key, secret, production: false), Throws.InstanceOf<InvalidSettingException>());

    static void Check(string? api, string? key, string? secret, bool production) =>
        StripeSetup.Check(
            new Settings(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([
                        new("CLOSEDDOOR_STRIPE_API", api),
                        new("CLOSEDDOOR_STRIPE_KEY", key),
                        new("CLOSEDDOOR_STRIPE_WEBHOOK_SECRET", secret),
                    ])
                    .Build()
            ),
            production
        );
}
