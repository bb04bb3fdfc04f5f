using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// The calls to Stripe that we use, and no others. Form-encoded, pinned to one API version, each POST under an
/// idempotency key, so that what got no answer is asked again and happens once.
/// </summary>
/// <remarks>
/// What Stripe decided (200, 400, 402, 404) is a <see cref="StripeReply{T}"/>; everything else, a wrong key included,
/// proves nothing about the request and is a <see cref="StripeUnavailableException"/>.
/// </remarks>
public sealed class StripeClient : IDisposable
{
    /// <summary>The API version that every call names, whatever the account's default is.</summary>
    public const string Version = "2026-07-29.dahlia";

    /// <summary>For one try, from connecting to the last byte.</summary>
    static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(10);

    const int Tries = 3;

    readonly HttpClient _http;
    readonly TimeSpan _firstWait;

    public StripeClient(Settings settings)
        : this(
            settings.StripeApi,
            settings.StripeKey ?? "",
            // No redirects: the key goes to nobody whom a redirect names.
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
            },
            TimeSpan.FromMilliseconds(250)
        ) { }

    internal StripeClient(string api, string key, HttpMessageHandler handler, TimeSpan firstWait)
    {
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri($"{api.TrimEnd('/')}/"),
            Timeout = Timeout.InfiniteTimeSpan, // Each try has a bound of its own.
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _http.DefaultRequestHeaders.Add("Stripe-Version", Version);
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("ClosedDoor/1");
        _firstWait = firstWait;
    }

    public Task<StripeReply<CheckoutSession>> CreateCheckout(
        StripeForm form,
        string key,
        CancellationToken cancel = default
    ) => Post<CheckoutSession>("v1/checkout/sessions", form, key, cancel);

    /// <summary>The session with its payment intent, charge and fee in one answer.</summary>
    public Task<StripeReply<CheckoutSession>> GetCheckout(string id, CancellationToken cancel = default) =>
        Get<CheckoutSession>(
            $"v1/checkout/sessions/{Escaped(id)}?expand[]=payment_intent.latest_charge.balance_transaction",
            cancel
        );

    /// <summary>The sessions that a payment intent belongs to: one or none.</summary>
    public Task<StripeReply<StripeList<CheckoutSession>>> FindCheckout(
        string paymentIntent,
        CancellationToken cancel = default
    ) =>
        Get<StripeList<CheckoutSession>>(
            $"v1/checkout/sessions?payment_intent={Escaped(paymentIntent)}&limit=1",
            cancel
        );

    /// <summary>The sessions that were made within these seconds (Unix), whoever made them, the newest first.</summary>
    public Task<List<CheckoutSession>> ListCheckouts(long from, long to, CancellationToken cancel = default) =>
        ListAll<CheckoutSession>(
            string.Create(
                CultureInfo.InvariantCulture,
                $"v1/checkout/sessions?created[gte]={from}&created[lte]={to}&limit=100"
            ),
            session => session.Id,
            cancel
        );

    /// <summary>Works only while the session is open; an error says that it is no longer, not what became of it.</summary>
    public Task<StripeReply<CheckoutSession>> ExpireCheckout(
        string id,
        string key,
        CancellationToken cancel = default
    ) => Post<CheckoutSession>($"v1/checkout/sessions/{Escaped(id)}/expire", new StripeForm(), key, cancel);

    public Task<StripeReply<StripeRefund>> CreateRefund(
        StripeForm form,
        string key,
        CancellationToken cancel = default
    ) => Post<StripeRefund>("v1/refunds", form, key, cancel);

    /// <summary>Every refund of a payment, ours and those that somebody made in Stripe's dashboard.</summary>
    public Task<List<StripeRefund>> ListRefunds(string paymentIntent, CancellationToken cancel = default) =>
        ListAll<StripeRefund>(
            $"v1/refunds?payment_intent={Escaped(paymentIntent)}&limit=100",
            refund => refund.Id,
            cancel
        );

    public Task<StripeReply<StripeDispute>> GetDispute(string id, CancellationToken cancel = default) =>
        Get<StripeDispute>($"v1/disputes/{Escaped(id)}", cancel);

    /// <summary>Events that Stripe could not deliver since <paramref name="sinceSeconds"/> (Unix), the newest first.</summary>
    public Task<List<StripeEvent>> ListUndelivered(long sinceSeconds, CancellationToken cancel = default) =>
        ListAll<StripeEvent>(
            $"v1/events?delivery_success=false&created[gte]={sinceSeconds.ToString(CultureInfo.InvariantCulture)}&limit=100",
            one => one.Id,
            cancel
        );

    async Task<List<T>> ListAll<T>(string path, Func<T, string> idOf, CancellationToken cancel)
    {
        var all = new List<T>();
        var page = path;
        while (true)
        {
            var reply = await Get<StripeList<T>>(page, cancel);
            if (reply.Error is { } error)
                throw new StripeUnavailableException($"Stripe refused a list: {error}");
            all.AddRange(reply.Value.Data);
            if (!reply.Value.HasMore || reply.Value.Data.Count == 0)
                return all;
            page = $"{path}&starting_after={Escaped(idOf(reply.Value.Data[^1]))}";
        }
    }

    Task<StripeReply<T>> Get<T>(string path, CancellationToken cancel)
        where T : class => Send<T>(HttpMethod.Get, path, null, null, cancel);

    Task<StripeReply<T>> Post<T>(string path, StripeForm form, string key, CancellationToken cancel)
        where T : class => Send<T>(HttpMethod.Post, path, form, key, cancel);

    async Task<StripeReply<T>> Send<T>(
        HttpMethod method,
        string path,
        StripeForm? form,
        string? key,
        CancellationToken cancel
    )
        where T : class
    {
        if (string.IsNullOrEmpty(_http.DefaultRequestHeaders.Authorization?.Parameter))
            throw new StripeUnavailableException("Stripe is not set up."); // What was begun with it waits, and is parked in sight.
        for (var tried = 1; ; tried++)
        {
            var (reply, again, why) = await Try<T>(method, path, form, key, cancel);
            if (reply is { } answer)
                return answer;
            if (!again || tried == Tries)
                throw new StripeUnavailableException($"{method} {path.Split('?')[0]}: {why}");
            // Half of the wait is left to chance, so that what failed together does not come back together.
            var wait = _firstWait * (1 << (tried - 1));
            await Task.Delay(wait * (0.5 + Random.Shared.NextDouble() / 2), cancel);
        }
    }

    /// <returns>An answer; or none, with whether the same request may be sent again at once, and why.</returns>
    async Task<(StripeReply<T>? Reply, bool Again, string Why)> Try<T>(
        HttpMethod method,
        string path,
        StripeForm? form,
        string? key,
        CancellationToken cancel
    )
        where T : class
    {
        using var request = new HttpRequestMessage(method, path);
        if (form is not null)
            request.Content = new FormUrlEncodedContent(form.Pairs);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(LongestTry);
        try
        {
            using var response = await _http.SendAsync(request, timeout.Token);
            var body = await response.Content.ReadAsByteArrayAsync(timeout.Token);
            var status = response.StatusCode;
            if (status is HttpStatusCode.OK)
                return (JsonSerializer.Deserialize<T>(body, StripeJson.Options)!, false, "");
            var error = StripeError.Read((int)status, body);
            if (status is HttpStatusCode.BadRequest or HttpStatusCode.PaymentRequired or HttpStatusCode.NotFound)
                return (error, false, "");
            if ((int)status >= 500 && Says(response, "Idempotent-Replayed") is "true")
                throw new StripeKeptFailureException($"{method} {path.Split('?')[0]}: {error}, kept under {key}");
            var again = Says(response, "Stripe-Should-Retry") switch
            {
                "true" => true,
                "false" => false,
                _ => status is HttpStatusCode.Conflict || (int)status >= 500,
            };
            return (null, again, error.ToString());
        }
        // What is cut off as soon as it is connected comes as the bare socket's error.
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return (null, true, e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, true, "no answer in time");
        }
        catch (JsonException)
        {
            return (null, true, "an answer that is no JSON");
        }
    }

    static string? Says(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) ? values.FirstOrDefault() : null;

    static string Escaped(string id) => Uri.EscapeDataString(id);

    public void Dispose() => _http.Dispose();
}

/// <summary>Stripe could not be asked, or did not decide: the same request may still have had its effect.</summary>
public class StripeUnavailableException(string message) : Exception(message);

/// <summary>
/// Stripe has failed, with or without effect, and repeats that failure to whoever asks under the same key, for as long as it
/// keeps keys.
/// </summary>
public sealed class StripeKeptFailureException(string message) : StripeUnavailableException(message);

/// <summary>What Stripe says cannot be about what we asked for: nothing is done with it before a person has looked.</summary>
public sealed class StripeMismatchException(string message) : Exception(message);
