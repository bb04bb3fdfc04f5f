namespace ClosedDoor.Platform.Http.OpenApi;

/// <summary>What each area of the API is about: the headings of its page. An operation's area is its folder under Features.</summary>
static class ApiAreas
{
    static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["AccountStatements"] =
            "What a company owes, has paid and has got back, and what a session has brought in (对账单).",
        ["Accounts"] = "Signing in, organizers and their permissions, a company's members, API keys.",
        ["Aftermath"] = "What follows a session: attendance, benefits, endorsements (背书), the session's report.",
        ["BankStatements"] = "Bank statements (银行流水) and what becomes of each of their lines.",
        ["Companies"] =
            "Companies by their unified social credit code (统一社会信用代码), and what each says of itself to guests.",
        ["Conflicts"] = "Conflicts of interest (利益关系), as companies and guests declare them.",
        ["Consultations"] = "Online consultations before a session, and the cooperation-model draft that they end in.",
        ["Delegates"] = "The people whom a company sends on its seat: vetted one by one, with a personal link.",
        ["Door"] = "The day: agenda, tickets, door devices, check-in, also without a network.",
        ["Fapiao"] = "Invoices (发票): requested, issued elsewhere, recorded here.",
        ["Guests"] = "The register of guests, with import and export, and what guests may do with their own data.",
        ["Hospitals"] = "The register of hospitals.",
        ["Invitations"] =
            "Who is invited to a session, the answers, consents and approvals, and what a guest sees of it.",
        ["Matchmaking"] = "Wishes, the one-to-one timetable with its certificate, meetings, and what comes of them.",
        ["Outbox"] = "Messages that could not be delivered, for the operator.",
        ["Payments"] = "How a seat is paid: bank transfer (对公转账) or Stripe Checkout, receipts, disputes.",
        ["Quorum"] = "Whether enough guests and companies come for a session to be confirmed.",
        ["Refunds"] = "Refunds, from the request to the money's arrival.",
        ["Reservations"] = "Seats: held, confirmed, cancelled; applications and the waitlist.",
        ["Sessions"] = "Sessions, from the draft to the end, with what is left of their seats.",
        ["Stripe"] = "What Stripe says: its webhook, and asking it how a payment stands.",
        ["Vetting"] = "Whether a company is admitted (资质审核): application, evidence, review.",
    };

    public static IReadOnlyCollection<string> All => Words.Keys;

    /// <exception cref="KeyNotFoundException">A new area without a line here.</exception>
    public static string Describe(string area) => Words[area];
}
