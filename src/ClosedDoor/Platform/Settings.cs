using System.Globalization;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform;

/// <summary>
/// Everything that an operator may set, read once at the start from the environment (or an appsettings.json) under
/// <c>CLOSEDDOOR_…</c>. README lists them; a value that cannot be read stops the start with its name.
/// </summary>
public sealed class Settings
{
    /// <summary>Stripe's own address; production talks to no other.</summary>
    public const string StripesOwn = "https://api.stripe.com";

    /// <exception cref="InvalidSettingException">A value cannot be read; the message names it.</exception>
    public Settings(IConfiguration configuration)
    {
        var read = new Reader(configuration);
        Data = read.Text("CLOSEDDOOR_DATA") ?? "data";
        Database = read.Text("CLOSEDDOOR_DATABASE") ?? Path.Combine(Data, "closeddoor.db");
        IsOnPostgres = DatabaseAddress.IsOnPostgres(Database);
        OwnerEmail = read.Text("CLOSEDDOOR_OWNER_EMAIL");
        OwnerPassword = read.Secret("CLOSEDDOOR_OWNER_PASSWORD");
        PublicUrl = read.WebAddress("CLOSEDDOOR_PUBLIC_URL", "http://127.0.0.1:5080");
        Hold = Duration.FromSeconds(read.Number("CLOSEDDOOR_HOLD_SECONDS", 36 * 60, 1, 7 * 24 * 3600));
        TransferWorkingDays = read.Number("CLOSEDDOOR_TRANSFER_WORKING_DAYS", 3, 1, 60);
        TransferLagWorkingDays = read.Number("CLOSEDDOOR_TRANSFER_LAG_WORKING_DAYS", 2, 0, 30);
        ApprovalWorkingDays = read.Number("CLOSEDDOOR_APPROVAL_WORKING_DAYS", 2, 1, 60);
        DelegatesCutOffHours = read.Number("CLOSEDDOOR_DELEGATES_CUTOFF_HOURS", 24, 0, 24 * 60);
        DelegatesPerSeat = read.Number("CLOSEDDOOR_DELEGATES_PER_SEAT", 2, 1, 20);
        RefundPolicy = read.Policy("CLOSEDDOOR_REFUND_POLICY", "10:100,3:50");
        RefundApprovalAmount = read.Number("CLOSEDDOOR_REFUND_APPROVAL_FEN", 50_000_00, 0, 2_000_000_000);
        LateRefundHours = read.Number("CLOSEDDOOR_LATE_REFUND_HOURS", 24, 0, 720);
        HospitalsLeast = read.Number("CLOSEDDOOR_HOSPITALS_LEAST", 6, 0, 500);
        HospitalsMost = read.Number("CLOSEDDOOR_HOSPITALS_MOST", 8, 0, 500);
        ExpertsLeast = read.Number("CLOSEDDOOR_EXPERTS_LEAST", 4, 0, 500);
        ExpertsMost = read.Number("CLOSEDDOOR_EXPERTS_MOST", 5, 0, 500);
        InOrder("CLOSEDDOOR_HOSPITALS_LEAST", HospitalsLeast, "CLOSEDDOOR_HOSPITALS_MOST", HospitalsMost);
        InOrder("CLOSEDDOOR_EXPERTS_LEAST", ExpertsLeast, "CLOSEDDOOR_EXPERTS_MOST", ExpertsMost);
        CompaniesLeast = read.Number("CLOSEDDOOR_COMPANIES_LEAST", 8, 0, 500);
        GuestDays = read.Number("CLOSEDDOOR_GUEST_DAYS", 0, 0, 36_500);
        QuorumDays = read.Number("CLOSEDDOOR_QUORUM_DAYS", 14, 0, 365);
        TwoReviewers = read.Flag("CLOSEDDOOR_TWO_REVIEWERS", false);
        CreditQueryRequired = read.Flag("CLOSEDDOOR_CREDIT_QUERY_REQUIRED", false);
        ConsultationRequired = read.Flag("CLOSEDDOOR_CONSULTATION_REQUIRED", false);
        PayeeName = read.Text("CLOSEDDOOR_PAYEE_NAME");
        PayeeAccount = read.Text("CLOSEDDOOR_PAYEE_ACCOUNT");
        PayeeBank = read.Text("CLOSEDDOOR_PAYEE_BANK");
        StripeKey = read.Text("CLOSEDDOOR_STRIPE_KEY");
        StripeWebhookSecret = read.Text("CLOSEDDOOR_STRIPE_WEBHOOK_SECRET");
        StripeApi = (read.Text("CLOSEDDOOR_STRIPE_API") ?? StripesOwn).TrimEnd('/');
        ReconcileEvery = read.Text("CLOSEDDOOR_RECONCILE_SECONDS") is null
            ? null
            : Duration.FromSeconds(read.Number("CLOSEDDOOR_RECONCILE_SECONDS", 60, 1, 24 * 3600));
        SmtpHost = read.Text("CLOSEDDOOR_SMTP_HOST");
        SmtpPort = read.Number("CLOSEDDOOR_SMTP_PORT", 587, 1, 65535);
        SmtpStartTls = read.Flag("CLOSEDDOOR_SMTP_STARTTLS", true);
        SmtpUser = read.Text("CLOSEDDOOR_SMTP_USER");
        SmtpPassword = read.Secret("CLOSEDDOOR_SMTP_PASSWORD");
        MailFrom = read.Text("CLOSEDDOOR_MAIL_FROM") ?? "ClosedDoor <no-reply@closeddoor.invalid>";
        ReplyTo = read.Text("CLOSEDDOOR_REPLY_TO");
        MailsPerSecond = read.Number("CLOSEDDOOR_MAILS_PER_SECOND", 20, 1, 10_000);
        Workers = read.Flag("CLOSEDDOOR_WORKERS", true);
        CallerRequestsPerSecond = read.Number("CLOSEDDOOR_CALLER_REQUESTS_PER_SECOND", 100, 1, 1_000_000);
        AddressRequestsPerSecond = read.Number("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", 200, 1, 1_000_000);
        TrustedProxies = (read.Text("CLOSEDDOOR_TRUSTED_PROXIES") ?? "").Split(
            ',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        AccessLog = read.Text("CLOSEDDOOR_ACCESS_LOG") is null ? null : read.Flag("CLOSEDDOOR_ACCESS_LOG", true);
        LongestOutboxLag = Duration.FromSeconds(read.Number("CLOSEDDOOR_OUTBOX_LAG_SECONDS", 300, 1, 24 * 3600));
        Drain = Duration.FromSeconds(read.Number("CLOSEDDOOR_DRAIN_SECONDS", 0, 0, 300));
        Snapshots = read.Text("CLOSEDDOOR_SNAPSHOTS");
        SnapshotEvery = Duration.FromSeconds(read.Number("CLOSEDDOOR_SNAPSHOT_SECONDS", 45, 1, 24 * 3600));
        SnapshotDays = read.Number("CLOSEDDOOR_SNAPSHOT_DAYS", 14, 1, 3650);
        if (Snapshots is not null && IsOnPostgres)
            throw new InvalidSettingException(
                "CLOSEDDOOR_SNAPSHOTS is for SQLite. PostgreSQL archives its own log (archive_command)."
            );
        OtlpEndpoint = read.Text("OTEL_EXPORTER_OTLP_ENDPOINT");
        OtlpOverGrpc = read.Text("OTEL_EXPORTER_OTLP_PROTOCOL") switch
        {
            null or "http/protobuf" => false,
            "grpc" => true,
            _ => throw new InvalidSettingException("OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or grpc."),
        };
        Unknown = UnknownSettings.In(configuration, read.Asked);
    }

    /// <summary>A session that needs more than it takes could never be confirmed.</summary>
    static void InOrder(string ofLeast, int least, string ofMost, int most)
    {
        if (least > most)
            throw new InvalidSettingException($"{ofLeast} ({least}) must not be above {ofMost} ({most}).");
    }

    /// <summary>What was set, and is none of these settings.</summary>
    public IReadOnlyList<UnknownSetting> Unknown { get; }

    /// <summary>Folder for everything that the service keeps on disk.</summary>
    public string Data { get; }

    /// <summary>Path of the SQLite file, or a PostgreSQL connection string (<c>Host=…;Database=…</c>).</summary>
    public string Database { get; private set; }

    /// <summary>Else it is on SQLite.</summary>
    public bool IsOnPostgres { get; private set; }

    /// <summary>The same settings for another database: a restored copy that is looked at.</summary>
    internal Settings With(string database)
    {
        var other = (Settings)MemberwiseClone();
        (other.Database, other.IsOnPostgres) = (database, DatabaseAddress.IsOnPostgres(database));
        return other;
    }

    /// <summary>E-mail address of the owner that the first start makes; counts together with <see cref="OwnerPassword"/>.</summary>
    public string? OwnerEmail { get; }

    /// <summary>Taken as it stands, blanks included, as a sign-in takes it.</summary>
    public string? OwnerPassword { get; }

    /// <summary>Where people reach the service from outside; links in mails begin with it.</summary>
    public string PublicUrl { get; }

    /// <summary>How long a seat is held before its company has chosen how to pay. 36 minutes outlive a 31-minute
    /// checkout by the five that its closing may take.</summary>
    public Duration Hold { get; }

    /// <summary>Working days that a company has for a bank transfer.</summary>
    public int TransferWorkingDays { get; }

    /// <summary>Working days after the payment deadline during which a transfer may still be under way in the banks.</summary>
    public int TransferLagWorkingDays { get; }

    /// <summary>Working days that an approved or promoted company has to choose how to pay.</summary>
    public int ApprovalWorkingDays { get; }

    /// <summary>Hours before the session day begins until which delegates may be changed.</summary>
    public int DelegatesCutOffHours { get; }

    /// <summary>Delegates that a company may send on one seat.</summary>
    public int DelegatesPerSeat { get; }

    /// <summary>What a company gets back when it cancels, for sessions that say nothing else.</summary>
    public Domain.RefundPolicy RefundPolicy { get; }

    /// <summary>Refunds of a payment that exceed this many fen in all need a second person's approval.</summary>
    public long RefundApprovalAmount { get; }

    /// <summary>For how many hours late card money without a seat is not sent back, so that its company may want the next session.</summary>
    public int LateRefundHours { get; }

    /// <summary>Hospitals that a session needs before it is confirmed, unless said otherwise for the session.</summary>
    public int HospitalsLeast { get; }

    /// <summary>Hospitals that a session takes, unless said otherwise for the session.</summary>
    public int HospitalsMost { get; }

    /// <summary>As <see cref="HospitalsLeast"/>, for health-commission officials and research experts together.</summary>
    public int ExpertsLeast { get; }

    /// <summary>As <see cref="HospitalsMost"/>, for health-commission officials and research experts together.</summary>
    public int ExpertsMost { get; }

    /// <summary>As <see cref="HospitalsLeast"/>, for companies with a confirmed seat; never more than the session's seats.</summary>
    public int CompaniesLeast { get; }

    /// <summary>Days after the last session that a guest was asked to until the guest's personal data are erased; 0 for never.</summary>
    public int GuestDays { get; }

    /// <summary>Days before a session on which organizers are warned of who is missing.</summary>
    public int QuorumDays { get; }

    /// <summary>Whether a vetting is approved by two different reviewers.</summary>
    public bool TwoReviewers { get; }

    /// <summary>
    /// Whether an approval needs a look-up of the company's procurement credit (医药价格和招采信用) of the last 30 days on
    /// record. A bad record blocks approval whether it is needed or not.
    /// </summary>
    public bool CreditQueryRequired { get; }

    /// <summary>
    /// Whether a company chooses how to pay only after its online consultation is finished. Money is never held against
    /// it: what arrives for a payment that was requested counts, whatever this says by then.
    /// </summary>
    public bool ConsultationRequired { get; }

    /// <summary>
    /// Whom a bank transfer goes to. The three payee values count only together: while one is missing, transfers are
    /// not offered.
    /// </summary>
    public string? PayeeName { get; }

    /// <inheritdoc cref="PayeeName"/>
    public string? PayeeAccount { get; }

    /// <inheritdoc cref="PayeeName"/>
    public string? PayeeBank { get; }

    /// <summary>Stripe's secret key; null offers no payment through Stripe.</summary>
    public string? StripeKey { get; }

    /// <summary>What Stripe signs webhooks with, <c>whsec_…</c>.</summary>
    public string? StripeWebhookSecret { get; }

    /// <summary>Where Stripe's API is. Anything but Stripe's own address is for tests, and refused in production.</summary>
    public string StripeApi { get; }

    /// <summary>
    /// How often everything that is open at Stripe is asked about; null is each kind in its own time: checkouts every
    /// minute, refunds every quarter of an hour, undelivered events once a day.
    /// </summary>
    public Duration? ReconcileEvery { get; }

    /// <summary>The mail server; null writes mails as files under <see cref="Data"/>.</summary>
    public string? SmtpHost { get; }

    /// <summary>587 is the port for submission (RFC 6409).</summary>
    public int SmtpPort { get; }

    /// <summary>Whether a mail goes only to a server that offers STARTTLS.</summary>
    public bool SmtpStartTls { get; }

    /// <summary>Null signs in to no mail server; then <see cref="SmtpPassword"/> counts for nothing.</summary>
    public string? SmtpUser { get; }

    /// <summary>Taken as it stands, blanks included.</summary>
    public string? SmtpPassword { get; }

    /// <summary>Who the mails are from: <c>Name &lt;name@example.com&gt;</c>.</summary>
    public string MailFrom { get; }

    /// <summary>Where somebody reads what recipients answer; null asks them not to.</summary>
    public string? ReplyTo { get; }

    /// <summary>Mails a second at the most, all workers of this instance together: mail servers refuse bursts.</summary>
    public int MailsPerSecond { get; }

    /// <summary>Whether this instance runs the outbox and the periodic jobs.</summary>
    public bool Workers { get; }

    /// <summary>Requests a second that one signed-in caller may keep up; a burst of twice as many is taken.</summary>
    public int CallerRequestsPerSecond { get; }

    /// <summary>As <see cref="CallerRequestsPerSecond"/>, for one address without sign-in: a whole office may share it.</summary>
    public int AddressRequestsPerSecond { get; }

    /// <summary>Addresses of proxies whose X-Forwarded-For is believed, separated by commas.</summary>
    public string[] TrustedProxies { get; }

    /// <summary>Whether each request gets a line in the log; null leaves it to the environment (on in Production).</summary>
    public bool? AccessLog { get; }

    /// <summary>How late the outbox may be before the service calls itself not ready.</summary>
    public Duration LongestOutboxLag { get; }

    /// <summary>
    /// How long the service, once told to stop, says that it is not ready and still serves, so that a load balancer sends
    /// nobody any more. Worth some seconds where there are several instances; a single one would only stop later.
    /// </summary>
    public Duration Drain { get; }

    /// <summary>Folder for snapshots of the SQLite database; null takes none. Best on another disk than the database.</summary>
    public string? Snapshots { get; }

    /// <summary>How often the database is copied there, if it has changed.</summary>
    public Duration SnapshotEvery { get; }

    /// <summary>For how many days one snapshot a day is kept.</summary>
    public int SnapshotDays { get; }

    /// <summary>OTLP endpoint for traces and metrics; null sends none.</summary>
    public string? OtlpEndpoint { get; }

    /// <summary><c>http/protobuf</c> unless <c>grpc</c> is asked for.</summary>
    public bool OtlpOverGrpc { get; }

    /// <summary>Reads one value after the other; the first that cannot be read ends it.</summary>
    sealed class Reader(IConfiguration configuration)
    {
        readonly HashSet<string> _asked = new(StringComparer.OrdinalIgnoreCase); // As the configuration tells names apart.

        /// <summary>The names of all settings that were read, set or not.</summary>
        public IReadOnlySet<string> Asked => _asked;

        public string? Text(string name) => Secret(name)?.Trim();

        /// <summary>As it stands: a blank at a password's end belongs to it. Nothing but blanks counts as not set.</summary>
        public string? Secret(string name)
        {
            _asked.Add(name);
            return configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
        }

        public int Number(string name, int otherwise, int least, int most)
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

        public string WebAddress(string name, string otherwise)
        {
            var address = Text(name) ?? otherwise;
            return
                Uri.TryCreate(address, UriKind.Absolute, out var uri)
                && uri is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }
                ? address.TrimEnd('/')
                : throw new InvalidSettingException($"{name} must be an address such as https://seats.example.com.");
        }

        public Domain.RefundPolicy Policy(string name, string otherwise)
        {
            var policy = Domain.RefundPolicy.Parse(Text(name) ?? otherwise);
            return policy.Refused(out _)
                ? throw new InvalidSettingException(
                    $"{name} must be tiers of working days and percents such as {otherwise}, or none."
                )
                : policy.Value;
        }

        public bool Flag(string name, bool otherwise) =>
            Text(name)?.ToLowerInvariant() switch
            {
                null => otherwise,
                "1" or "true" or "yes" => true,
                "0" or "false" or "no" => false,
                _ => throw new InvalidSettingException($"{name} must be true or false."),
            };
    }
}

/// <summary>The operator's mistake: said in one line, without a stack trace.</summary>
public sealed class InvalidSettingException(string message) : Exception(message);
