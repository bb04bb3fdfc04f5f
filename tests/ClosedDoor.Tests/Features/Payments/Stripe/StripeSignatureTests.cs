using System.Text;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Tests.Domain;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

public class StripeSignatureTests
{
    const string Secret = "whsec_test";
    const string Valid = "c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
    static readonly byte[] Body = """{"id":"evt_1"}"""u8.ToArray();
    static readonly Instant At = Instant.FromUnixTimeSeconds(1_700_000_000);

    [Test]
    public void The_published_vector_is_computed() =>
        Assert.That(StripeSignature.Compute(Body, "1700000000", Secret), Is.EqualTo(Valid));

    [TestCase($"t=1700000000,v1={Valid}")]
    [TestCase($"t=1700000000,v1=00,v1={Valid}")]
    [TestCase($"t=1700000000,v1={Valid},v1=00,v0=11")]
    [TestCase($"v1={Valid},t=1700000000")]
    public void Any_v1_of_the_header_may_match(string header) =>
        Assert.That(StripeSignature.Verify(Body, header, Secret, At), Is.True);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("t=1700000000")]
    [TestCase($"v1={Valid}")]
    [TestCase($"t=,v1={Valid}")]
    [TestCase($"t=-1700000000,v1={Valid}")]
    [TestCase($"t=1700000001,v1={Valid}")]
    [TestCase($"t=99999999999999999999,v1={Valid}")]
    [TestCase($"t=9223372036854775807,v1={Valid}")]
    [TestCase($"t=1700000000,v0={Valid}")]
    [TestCase("t=1700000000,v1=")]
    [TestCase("t=1700000000,v1=中文")]
    [TestCase(",,,=,=")]
    public void Anything_else_is_refused_without_an_exception(string? header) =>
        Assert.That(StripeSignature.Verify(Body, header, Secret, At), Is.False);

    [TestCase(300, true)]
    [TestCase(301, false)]
    [TestCase(-300, true)]
    [TestCase(-301, false)]
    public void A_signature_holds_for_five_minutes(int seconds, bool holds) =>
        Assert.That(
            StripeSignature.Verify(Body, $"t=1700000000,v1={Valid}", Secret, At + Duration.FromSeconds(seconds)),
            Is.EqualTo(holds)
        );

    [Test]
    public void One_changed_byte_or_another_secret_is_refused()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = (byte[])Body.Clone();
            changed[i] ^= 1;
            Assert.That(StripeSignature.Verify(changed, $"t=1700000000,v1={Valid}", Secret, At), Is.False);
        }
        Assert.That(StripeSignature.Verify(Body, $"t=1700000000,v1={Valid}", "test", At), Is.False);
    }

    [Test]
    public void No_header_whatever_throws() =>
        Properties.Hold(Properties.AnyText, header => !StripeSignature.Verify(Body, header, Secret, At));

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{\"id\":\"evt_1\"}")]
    [TestCase("{\"id\":1,\"type\":\"x\"}")]
    [TestCase("{\"id\":\"evt_1\",\"type\":\"x\",\"data\":null}")]
    [TestCase("{\"id\":\"evt 1\\u0000\",\"type\":\"x\",\"data\":{\"object\":{}}}")]
    [TestCase("{\"id\":\"evt_1\",\"type\":\"x\"")]
    public void A_body_that_is_no_event_is_none(string body) =>
        Assert.That(StripeEvent.Read(Encoding.UTF8.GetBytes(body)), Is.Null);

    [Test]
    public void An_event_names_its_object_and_payment_intent()
    {
        var session = StripeEvent.Read(
            """{"id":"evt_1","type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session","payment_intent":"pi_1"}}}"""u8
        )!;
        Assert.That((session.ObjectId, session.PaymentIntentId), Is.EqualTo(("cs_1", "pi_1")));
        var intent = StripeEvent.Read(
            """{"id":"evt_2","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","object":"payment_intent"}}}"""u8
        )!;
        Assert.That((intent.ObjectId, intent.PaymentIntentId), Is.EqualTo(("pi_1", "pi_1")));
    }
}
