using System.Globalization;
using NodaTime;

namespace ClosedDoor.Platform;

/// <summary>
/// Everything that an operator may set, read once at the start from the environment (or appsettings.json) under
/// <c>CLOSEDDOOR_…</c>. README lists them; a value that cannot be read stops the start with its name.
/// </summary>
public sealed class Settings(IConfiguration configuration)
{
    /// <summary>Folder for everything that the service keeps on disk.</summary>
    public string Data => Text("CLOSEDDOOR_DATA") ?? "data";

    /// <summary>Path of the SQLite file, or a PostgreSQL connection string (<c>Host=…;Database=…</c>).</summary>
    public string Database => Text("CLOSEDDOOR_DATABASE") ?? Path.Combine(Data, "closeddoor.db");

    public string? OwnerEmail => Text("CLOSEDDOOR_OWNER_EMAIL");
    public string? OwnerPassword => Text("CLOSEDDOOR_OWNER_PASSWORD");

    /// <summary>Where people reach the service from outside; links in mails begin with it.</summary>
    public string PublicUrl => (Text("CLOSEDDOOR_PUBLIC_URL") ?? "http://127.0.0.1:5080").TrimEnd('/');

    /// <summary>How long a seat is held before its company has chosen how to pay. 36 minutes outlive a 31-minute
    /// checkout by the five that its closing may take.</summary>
    public Duration Hold => Duration.FromSeconds(Number("CLOSEDDOOR_HOLD_SECONDS", 36 * 60, 1, 7 * 24 * 3600));

    /// <summary>Working days that a company has for a bank transfer.</summary>
    public int TransferWorkingDays => Number("CLOSEDDOOR_TRANSFER_WORKING_DAYS", 3, 1, 60);

    /// <summary>Working days after the payment deadline during which a transfer may still be under way in the banks.</summary>
    public int TransferLagWorkingDays => Number("CLOSEDDOOR_TRANSFER_LAG_WORKING_DAYS", 2, 0, 30);

    /// <summary>Working days that an approved or promoted company has to choose how to pay.</summary>
    public int ApprovalWorkingDays => Number("CLOSEDDOOR_APPROVAL_WORKING_DAYS", 2, 1, 60);

    /// <summary>Hours before the session day begins until which delegates may be changed.</summary>
    public int DelegatesCutOffHours => Number("CLOSEDDOOR_DELEGATES_CUTOFF_HOURS", 24, 0, 24 * 60);

    /// <summary>Delegates that a company may send on one seat.</summary>
    public int DelegatesPerSeat => Number("CLOSEDDOOR_DELEGATES_PER_SEAT", 2, 1, 20);

    /// <summary>Whether a vetting is approved by two different reviewers.</summary>
    public bool TwoReviewers => Flag("CLOSEDDOOR_TWO_REVIEWERS", false);

    /// <summary>
    /// Whether an approval needs a look-up of the company's procurement credit (医药价格和招采信用) of the last 30 days on
    /// record. A bad record blocks approval whether it is needed or not.
    /// </summary>
    public bool CreditQueryRequired => Flag("CLOSEDDOOR_CREDIT_QUERY_REQUIRED", false);

    public string? PayeeName => Text("CLOSEDDOOR_PAYEE_NAME");
    public string? PayeeAccount => Text("CLOSEDDOOR_PAYEE_ACCOUNT");
    public string? PayeeBank => Text("CLOSEDDOOR_PAYEE_BANK");

    public string? SmtpHost => Text("CLOSEDDOOR_SMTP_HOST");
    public int SmtpPort => Number("CLOSEDDOOR_SMTP_PORT", 587, 1, 65535);
    public bool SmtpStartTls => Flag("CLOSEDDOOR_SMTP_STARTTLS", true);
    public string? SmtpUser => Text("CLOSEDDOOR_SMTP_USER");
    public string? SmtpPassword => Text("CLOSEDDOOR_SMTP_PASSWORD");
    public string MailFrom => Text("CLOSEDDOOR_MAIL_FROM") ?? "ClosedDoor <no-reply@closeddoor.invalid>";

    /// <summary>Mails a second at the most, all workers of this instance together: mail servers refuse bursts.</summary>
    public int MailsPerSecond => Number("CLOSEDDOOR_MAILS_PER_SECOND", 20, 1, 10_000);

    /// <summary>Whether this instance runs the outbox and the periodic jobs.</summary>
    public bool Workers => Flag("CLOSEDDOOR_WORKERS", true);

    /// <summary>Requests a second that one signed-in caller may keep up; a burst of twice as many is taken.</summary>
    public int CallerRequestsPerSecond => Number("CLOSEDDOOR_CALLER_REQUESTS_PER_SECOND", 100, 1, 1_000_000);

    /// <summary>As <see cref="CallerRequestsPerSecond"/>, for one address without sign-in: a whole office may share it.</summary>
    public int AddressRequestsPerSecond => Number("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", 200, 1, 1_000_000);

    /// <summary>Addresses of proxies whose X-Forwarded-For is believed, separated by commas.</summary>
    public string[] TrustedProxies =>
        (Text("CLOSEDDOOR_TRUSTED_PROXIES") ?? "").Split(
            ',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );

    /// <summary>Whether each request gets a line in the log; null leaves it to the environment (on in Production).</summary>
    public bool? AccessLog => Text("CLOSEDDOOR_ACCESS_LOG") is null ? null : Flag("CLOSEDDOOR_ACCESS_LOG", true);

    /// <summary>How late the outbox may be before the service calls itself not ready.</summary>
    public Duration LongestOutboxLag =>
        Duration.FromSeconds(Number("CLOSEDDOOR_OUTBOX_LAG_SECONDS", 300, 1, 24 * 3600));

    /// <summary>
    /// How long the service, once told to stop, says that it is not ready and still serves, so that a load balancer sends
    /// nobody any more. Worth some seconds where there are several instances; a single one would only stop later.
    /// </summary>
    public Duration Drain => Duration.FromSeconds(Number("CLOSEDDOOR_DRAIN_SECONDS", 0, 0, 300));

    /// <summary>OTLP endpoint for traces and metrics; null sends none.</summary>
    public string? OtlpEndpoint => Text("OTEL_EXPORTER_OTLP_ENDPOINT");

    /// <summary><c>http/protobuf</c> unless <c>grpc</c> is asked for.</summary>
    public bool OtlpOverGrpc => Text("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc";

    string? Text(string name) =>
        configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    int Number(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
        )
            return number;
        throw new InvalidSettingException($"{name} must be a whole number from {least} to {most}.");
    }

    bool Flag(string name, bool otherwise) =>
        Text(name)?.ToLowerInvariant() switch
        {
            null => otherwise,
            "1" or "true" or "yes" => true,
            "0" or "false" or "no" => false,
            _ => throw new InvalidSettingException($"{name} must be true or false."),
        };
}

/// <summary>The operator's mistake: said in one line, without a stack trace.</summary>
public sealed class InvalidSettingException(string message) : Exception(message);
