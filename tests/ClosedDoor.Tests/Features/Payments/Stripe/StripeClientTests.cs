using System.Net;
using System.Net.Sockets;
using System.Text;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Payments.Stripe;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

public class StripeClientTests
{
    const string Session = """{"id":"cs_1","object":"checkout.session","status":"open","payment_intent":"pi_1"}""";

    [Test]
    public async Task Every_call_names_version_key_and_form()
    {
        using var wire = new Wire(_ => Answer(200, Session));

        var reply = await wire.Create();

        Assert.That(reply.Value.PaymentIntent!.Id, Is.EqualTo("pi_1"));
        var sent = wire.Sent.Single();
        Assert.That(sent.Headers["Authorization"], Is.EqualTo("Bearer sk_test_1"));
        Assert.That(sent.Headers["Stripe-Version"], Is.EqualTo("2026-07-29.dahlia"));
        Assert.That(sent.Headers["Idempotency-Key"], Is.EqualTo("co:1"));
        Assert.That(sent.Type, Is.EqualTo("application/x-www-form-urlencoded"));
        Assert.That(sent.Body, Is.EqualTo("mode=payment&metadata%5Bname%5D=%E7%A4%BA%E4%BE%8B&expires_at=1700001860"));
    }

    [TestCase(409)]
    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    public async Task A_conflict_or_an_outage_is_retried_with_the_same_key_and_bytes(int status)
    {
        using var wire = new Wire(sent => sent < 3 ? Answer(status, "{}") : Answer(200, Session));

        Assert.That((await wire.Create()).Value.Id, Is.EqualTo("cs_1"));

        Assert.That(wire.Sent, Has.Count.EqualTo(3));
        Assert.That(wire.Sent.Select(one => one.Headers["Idempotency-Key"]), Is.All.EqualTo("co:1"));
        Assert.That(wire.Sent.Select(one => one.Body).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_dropped_connection_a_timeout_and_a_torn_answer_are_retried()
    {
        using var wire = new Wire(sent =>
            sent switch
            {
                1 => throw new HttpRequestException("dropped"),
                2 => throw new TaskCanceledException("timed out"),
                _ => Answer(200, Session),
            }
        );
        Assert.That((await wire.Create()).Value.Id, Is.EqualTo("cs_1"));

        using var cut = new Wire(sent =>
            sent == 1 ? throw new SocketException((int)SocketError.NotConnected) : Answer(200, Session)
        );
        Assert.That((await cut.Create()).Value.Id, Is.EqualTo("cs_1"));

        using var torn = new Wire(sent => sent == 1 ? Answer(200, Session[..20]) : Answer(200, Session));
        Assert.That((await torn.Create()).Value.Id, Is.EqualTo("cs_1"));
    }

    [Test]
    public void What_stays_unanswered_is_no_decision()
    {
        using var wire = new Wire(_ => Answer(500, "{}"));
        Assert.That(async () => await wire.Create(), Throws.InstanceOf<StripeUnavailableException>());
        Assert.That(wire.Sent, Has.Count.EqualTo(3));
    }

    [Test]
    public void A_failure_that_Stripe_keeps_under_the_key_is_not_asked_for_again()
    {
        using var wire = new Wire(sent =>
        {
            var answer = Answer(500, "{}");
            if (sent == 2)
                answer.Headers.Add("Idempotent-Replayed", "true");
            return answer;
        });
        Assert.That(async () => await wire.Create(), Throws.InstanceOf<StripeKeptFailureException>());
        Assert.That(wire.Sent, Has.Count.EqualTo(2));
    }

    [Test]
    public void Too_many_requests_are_not_repeated_at_once()
    {
        using var wire = new Wire(_ => Answer(429, "{}"));
        Assert.That(async () => await wire.Create(), Throws.InstanceOf<StripeUnavailableException>());
        Assert.That(wire.Sent, Has.Count.EqualTo(1));
    }

    [TestCase(400)]
    [TestCase(402)]
    [TestCase(404)]
    public async Task A_definite_no_is_an_answer(int status)
    {
        using var wire = new Wire(_ =>
            Answer(status, """{"error":{"type":"card_error","code":"card_declined","message":"Declined."}}""")
        );

        var error = (await wire.Create()).Error!;

        Assert.That(error, Is.EqualTo(new StripeError(status, "card_error", "card_declined", "Declined.")));
        Assert.That(wire.Sent, Has.Count.EqualTo(1));
    }

    [TestCase(401)]
    [TestCase(403)]
    [TestCase(201)]
    [TestCase(302)]
    public void A_wrong_key_or_a_status_that_is_not_200_proves_nothing_about_the_request(int status)
    {
        using var wire = new Wire(_ => Answer(status, "{}"));
        Assert.That(async () => await wire.Create(), Throws.InstanceOf<StripeUnavailableException>());
        Assert.That(wire.Sent, Has.Count.EqualTo(1));
    }

    [TestCase(500, "false", 1)]
    [TestCase(409, "false", 1)]
    [TestCase(429, "true", 3)]
    public void Stripe_Should_Retry_is_obeyed(int status, string should, int tries)
    {
        using var wire = new Wire(_ =>
        {
            var answer = Answer(status, "{}");
            answer.Headers.Add("Stripe-Should-Retry", should);
            return answer;
        });
        Assert.That(async () => await wire.Create(), Throws.InstanceOf<StripeUnavailableException>());
        Assert.That(wire.Sent, Has.Count.EqualTo(tries));
    }

    [Test]
    public async Task Lists_are_read_to_their_end()
    {
        using var wire = new Wire(sent =>
            sent == 1
                ? Answer(200, """{"data":[{"id":"re_1"},{"id":"re_2"}],"has_more":true}""")
                : Answer(200, """{"data":[{"id":"re_3"}],"has_more":false}""")
        );

        var refunds = await wire.Client.ListRefunds("pi_1");

        Assert.That(refunds.Select(one => one.Id), Is.EqualTo(["re_1", "re_2", "re_3"]));
        Assert.That(wire.Sent[1].Path, Does.EndWith("&starting_after=re_2"));
    }

    [Test]
    public async Task Ids_cannot_change_the_path()
    {
        using var wire = new Wire(_ => Answer(404, "{}"));
        await wire.Client.GetCheckout("../accounts?x=1");
        Assert.That(wire.Sent.Single().Path, Does.StartWith("/v1/checkout/sessions/..%2Faccounts%3Fx%3D1?"));
    }

    static HttpResponseMessage Answer(int status, string body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    sealed record Sent(string Path, Dictionary<string, string> Headers, string? Type, string Body);

    /// <summary>Stripe's end of the wire, as a script says: by the number of the request, from 1.</summary>
    sealed class Wire : HttpMessageHandler
    {
        readonly Func<int, HttpResponseMessage> _script;

        public Wire(Func<int, HttpResponseMessage> script)
        {
            _script = script;
            Client = new StripeClient("http://127.0.0.1:1", "sk_test_1", this, TimeSpan.FromMilliseconds(1));
        }

        public StripeClient Client { get; }
        public List<Sent> Sent { get; } = [];

        public Task<StripeReply<CheckoutSession>> Create() =>
            Client.CreateCheckout(
                new StripeForm().Add("mode", "payment").Add("metadata[name]", "示例").Add("expires_at", 1_700_001_860),
                "co:1"
            );

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Sent.Add(
                new(
                    request.RequestUri!.PathAndQuery,
                    request.Headers.ToDictionary(one => one.Key, one => string.Join(' ', one.Value)),
                    request.Content?.Headers.ContentType?.MediaType,
                    request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)
                )
            );
            return _script(Sent.Count);
        }
    }
}
