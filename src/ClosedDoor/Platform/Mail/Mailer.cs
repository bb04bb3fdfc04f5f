using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Platform.Calendars;

namespace ClosedDoor.Platform.Mail;

/// <summary>
/// Sends letters through the operator's mail server, or, without one, puts them into the folder <c>mail</c> as files
/// that any mail program opens.
/// </summary>
public sealed class Mailer
{
    /// <summary>For one mail from connecting to the last answer.</summary>
    static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(15);

    readonly Settings _settings;
    readonly MailAddress _from;
    readonly MailAddress? _replyTo;
    readonly MailRate _rate;
    readonly PickupFolder _folder;

    /// <exception cref="InvalidSettingException">CLOSEDDOOR_MAIL_FROM or CLOSEDDOOR_REPLY_TO is no address.</exception>
    public Mailer(Settings settings)
    {
        _settings = settings;
        _from = Address("CLOSEDDOOR_MAIL_FROM", settings.MailFrom);
        _replyTo = settings.ReplyTo is { } replyTo ? Address("CLOSEDDOOR_REPLY_TO", replyTo) : null;
        _rate = new MailRate(settings.MailsPerSecond);
        _folder = new PickupFolder(Path.Combine(settings.Data, "mail"));
    }

    /// <summary>One address: of several, all but the last would be taken for its name.</summary>
    static MailAddress Address(string setting, string value) =>
        MailAddress.TryCreate(value, out var address)
        && !address.DisplayName.Split([' ', ',', ';']).Any(word => MailAddress.TryCreate(word, out _))
            ? address
            : throw new InvalidSettingException($"{setting} must be an address: Name <name@example.com>.");

    /// <summary>
    /// One mail to each recipient. Sent again for the same <paramref name="messageId"/>, a mail replaces its file, and
    /// carries the same Message-ID, by which mail servers and programs know it for the same. A recipient whom the mail server
    /// refuses keeps it from nobody else.
    /// </summary>
    /// <param name="letter">What is sent, and to whom.</param>
    /// <param name="messageId">The outbox message's.</param>
    /// <param name="reached">Who has it from an earlier attempt, by their marks, and does not get it again.</param>
    /// <param name="cancel">Fires when another worker may take the message over.</param>
    /// <exception cref="SmtpException">The mail server could not be reached or refused; nobody has the mail.</exception>
    /// <exception cref="TimeoutException">The mail server took too long; nobody has the mail.</exception>
    /// <exception cref="PartlySentException">Some have it and some do not.</exception>
    public async Task Send(
        Letter letter,
        string messageId,
        IReadOnlyCollection<string>? reached = null,
        CancellationToken cancel = default
    )
    {
        var have = new HashSet<string>(reached ?? [], StringComparer.Ordinal);
        Exception? failure = null;
        for (var i = 0; i < letter.To.Count && failure is null or SmtpException; i++)
        {
            var mark = Mark(messageId, letter.To[i]);
            if (have.Contains(mark))
                continue;
            try
            {
                await SendOne(letter, letter.To[i], $"{messageId}-{mark}", cancel);
                have.Add(mark);
            }
            catch (Exception e)
            {
                failure = e; // A refusal may be this recipient's alone; what is no refusal ends it: a server that hangs.
            }
        }
        if (failure is null)
            return;
        if (have.Count > 0)
            throw new PartlySentException(have, failure);
        ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>
    /// A recipient as the message remembers them, and as their mail is named. Their number would not do: before the next
    /// attempt, somebody may leave, and the next one's mail would take the place of another's.
    /// </summary>
    static string Mark(string messageId, string to) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{messageId} {to}")).AsSpan(0, 8));

    async Task SendOne(Letter letter, string to, string name, CancellationToken cancel)
    {
        using var mail = Compose(letter, to, name);
        // Files keep to the rate too: a rush of bookings must not fight its own mails for processor and disk.
        await _rate.Wait(cancel);
        if (_settings.SmtpHost is { } host)
            await SendThrough(host, mail, cancel);
        else
            _folder.Put(mail, name);
    }

    MailMessage Compose(Letter letter, string to, string name)
    {
        var mail = new MailMessage(_from, new MailAddress(to))
        {
            Subject = LetterLayout.Subject(letter),
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        if (_replyTo is not null)
            mail.ReplyToList.Add(_replyTo);
        mail.Headers.Add("Message-ID", $"<{name}@{_from.Host}>");
        mail.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: nobody's holiday notice answers this.
        var mayReply = _replyTo is not null;
        // The last part is the one that programs prefer (RFC 2046, 5.1.4).
        mail.AlternateViews.Add(View(LetterLayout.PlainText(letter, mayReply), "text/plain"));
        mail.AlternateViews.Add(View(LetterLayout.Html(letter, mayReply), "text/html"));
        // Programs with a calendar take this one, and show what the mail says beside it.
        if (letter.Calendar is { } calendar)
            mail.AlternateViews.Add(
                AlternateView.CreateAlternateViewFromString(calendar.Text, new ContentType(calendar.MediaType))
            );
        for (var i = 0; i < letter.Calendars.Count; i++)
            mail.Attachments.Add(Attached(letter.Calendars[i], i + 1));
        return mail;
    }

    static Attachment Attached(CalendarFile file, int number)
    {
        var attachment = new Attachment(
            new MemoryStream(Encoding.UTF8.GetBytes(file.Text)),
            new ContentType(file.MediaType)
        );
        attachment.ContentDisposition!.FileName = $"{number.ToString(CultureInfo.InvariantCulture)}.ics";
        return attachment;
    }

    static AlternateView View(string text, string mediaType) =>
        AlternateView.CreateAlternateViewFromString(text, Encoding.UTF8, mediaType);

    async Task SendThrough(string host, MailMessage mail, CancellationToken cancel)
    {
        // A client of its own for each mail: a kept connection would be one that the server has meanwhile closed.
        using var client = new SmtpClient(host, _settings.SmtpPort) { EnableSsl = _settings.SmtpStartTls };
        if (_settings.SmtpUser is { } user)
            client.Credentials = new NetworkCredential(user, _settings.SmtpPassword);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LongestSend);
        try
        {
            await client.SendMailAsync(mail, limit.Token);
        }
        catch (Exception e) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException("The mail server took too long.", e);
        }
    }
}

/// <summary>A mail with several recipients did not go to all of them.</summary>
/// <param name="reached">Who has it by now, by their marks.</param>
/// <param name="inner">Why somebody else has not.</param>
public sealed class PartlySentException(IReadOnlyCollection<string> reached, Exception inner)
    : Exception("The mail did not go to all of its recipients.", inner)
{
    public IReadOnlyCollection<string> Reached { get; } = reached;
}
