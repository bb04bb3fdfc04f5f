using ClosedDoor.Platform;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>Holds the operator's Stripe settings against where the service runs, before it serves anyone.</summary>
static class StripeSetup
{
    /// <summary>Who stands in the audit log for what Stripe has said, or was asked.</summary>
    public const string Actor = "worker:stripe";

    /// <summary>Whether Stripe is one of the ways to pay.</summary>
    public static bool IsConfigured(Settings settings) => settings.StripeKey is not null;

    /// <summary>Whether the key moves real money.</summary>
    public static bool IsLive(Settings settings) =>
        settings.StripeKey is { } key
        && (
            key.StartsWith("sk_live_", StringComparison.Ordinal) || key.StartsWith("rk_live_", StringComparison.Ordinal)
        );

    /// <summary>
    /// In production nothing but Stripe itself with a live key; elsewhere nothing but a stand-in on this machine with a
    /// test key. So neither can a test move money, nor a seat be given for play money.
    /// </summary>
    /// <exception cref="InvalidSettingException">A value does not fit; the message names it.</exception>
    public static void Check(Settings settings, bool production)
    {
        if (!Uri.TryCreate(settings.StripeApi, UriKind.Absolute, out var api) || api.Scheme is not ("http" or "https"))
            throw new InvalidSettingException(
                "CLOSEDDOOR_STRIPE_API must be an address, such as https://api.stripe.com."
            );
        if (settings.StripeKey is not { } key)
        {
            if (settings.StripeWebhookSecret is not null)
                throw new InvalidSettingException("CLOSEDDOOR_STRIPE_KEY must be set beside the webhook's secret.");
            return;
        }
        if (settings.StripeWebhookSecret?.StartsWith("whsec_", StringComparison.Ordinal) is not true)
            throw new InvalidSettingException(
                "CLOSEDDOOR_STRIPE_WEBHOOK_SECRET must be set beside the key, and begins with whsec_."
            );
        if (production)
        {
            if (settings.StripeApi != Settings.StripesOwn)
                throw new InvalidSettingException(
                    $"CLOSEDDOOR_STRIPE_API must be {Settings.StripesOwn} in production."
                );
            if (!IsLive(settings))
                throw new InvalidSettingException("CLOSEDDOOR_STRIPE_KEY must be a live key in production.");
            return;
        }
        if (!api.IsLoopback)
            throw new InvalidSettingException(
                "CLOSEDDOOR_STRIPE_API must be the address of a sandbox on this machine outside of production."
            );
        if (!key.StartsWith("sk_test_", StringComparison.Ordinal))
            throw new InvalidSettingException(
                "CLOSEDDOOR_STRIPE_KEY must be a test key (sk_test_…) outside of production."
            );
    }
}
