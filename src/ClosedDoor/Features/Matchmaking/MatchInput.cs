using ClosedDoor.Domain;
using ClosedDoor.Features.Conflicts;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>A company with a confirmed seat.</summary>
sealed record MatchCompany(string Id, string Name, ParticipantRow Said)
{
    public MatchProfile Offer => Said.Offer;
}

/// <summary>A guest who comes and counts.</summary>
sealed record MatchGuest(InvitationRow Row, bool AgreesToBeNamed, ParticipantRow Said)
{
    public string Id => Row.Id;
    public bool IsOfficial => Row.GuestKind is GuestKind.HealthCommissionOfficial;

    public MatchProfile Needs =>
        // Who has said nothing is taken to look for what belongs to the own specialty.
        Said.Profile
            is null
        && Row.Specialty is { } specialty
            ? MatchProfile.Empty with
            {
                Specialties = [specialty],
            }
            : Said.Offer;
}

/// <summary>One pair: both wishes, how the needs match, and what it is worth.</summary>
/// <param name="ClosedByCompany">The company has declared a conflict of interest.</param>
sealed record MatchPair(Wish Company, Wish Guest, NeedFit Needs, PairTerms Terms, bool ClosedByCompany);

/// <summary>Everything about a session that a timetable is computed and judged from, as it stands now.</summary>
sealed class MatchInput
{
    MatchInput(MatchmakingPlan plan, MatchCompany[] companies, MatchGuest[] guests, MatchPair[,] pairs)
    {
        (Plan, Companies, Guests, Pairs) = (plan, companies, guests, pairs);
        Grid = plan.Grid;
    }

    public MatchmakingPlan Plan { get; }
    public SlotGrid Grid { get; }
    public IReadOnlyList<MatchCompany> Companies { get; }
    public IReadOnlyList<MatchGuest> Guests { get; }

    /// <summary>By company, then by guest.</summary>
    public MatchPair[,] Pairs { get; }

    public static async Task<MatchInput?> Load(Statements db, string sessionId)
    {
        if (await MatchmakingPlan.Find(db, sessionId) is not { } plan)
            return null;
        var said = await ParticipantRow.Of(db, sessionId);
        ParticipantRow Said(string id) => said.GetValueOrDefault(id) ?? new();
        var seated = await db.All<NameRow>(
            $"""
            SELECT company.id, company.name FROM reservation JOIN company ON company.id = reservation.company_id
            WHERE reservation.session_id = @sessionId AND {ReservationStates.Comes}
            ORDER BY reservation.seat_number
            """,
            new { sessionId }
        );
        var agreed = await GuestNames.Agreed(db, sessionId);
        var come = await db.All<InvitationRow>(
            $"""
            {InvitationRow.Select} WHERE invitation.session_id = @sessionId AND invitation.status = 'accepted'
            ORDER BY invitation.number
            """,
            new { sessionId }
        );
        MatchCompany[] companies = [.. seated.Select(row => new MatchCompany(row.Id, row.Name, Said(row.Id)))];
        MatchGuest[] guests =
        [
            .. come.Where(row => row.DoesNotCount is null)
                .Select(row => new MatchGuest(row, agreed.Contains(row.Id), Said(row.Id))),
        ];
        return new(plan, companies, guests, await PairsOf(db, plan, companies, guests));
    }

    static async Task<MatchPair[,]> PairsOf(
        Statements db,
        MatchmakingPlan plan,
        MatchCompany[] companies,
        MatchGuest[] guests
    )
    {
        var wishes = (
            await db.All<WishRow>(
                "SELECT side, company_id, invitation_id, wish FROM preference WHERE session_id = @SessionId",
                new { plan.SessionId }
            )
        ).ToDictionary(
            row => (Words.Parse<MeetingSide>(row.Side), row.CompanyId, row.InvitationId),
            row => Words.Parse<Wish>(row.Wish)
        );
        var declared = (await ConflictBook.Of(db, plan.SessionId)).ToDictionary(row => (row.CompanyId, row.GuestId));
        var pairs = new MatchPair[companies.Length, guests.Length];
        for (var c = 0; c < companies.Length; c++)
        for (var g = 0; g < guests.Length; g++)
        {
            var (company, guest) = (companies[c], guests[g]);
            var byCompany = wishes.GetValueOrDefault((MeetingSide.Company, company.Id, guest.Id), Wish.Neutral);
            var byGuest = wishes.GetValueOrDefault((MeetingSide.Guest, company.Id, guest.Id), Wish.Neutral);
            var needs = NeedFit.Of(company.Offer, guest.Needs);
            var terms = PairWorth.Of(byCompany, byGuest, needs.Score);
            var conflicts = declared.GetValueOrDefault((company.Id, guest.Row.GuestId));
            var standing = conflicts?.Standing ?? PairStanding.Undeclared;
            pairs[c, g] = new(
                byCompany,
                byGuest,
                needs,
                terms with
                {
                    Bar = Bar(terms.Bar, standing, company, guest),
                },
                ClosedByCompany: conflicts?.ByCompany is { Length: > 0 }
            );
        }
        return pairs;

        // The strongest reason first: what the law and the guests' word forbid, then what people chose.
        PairBar Bar(PairBar wished, PairStanding standing, MatchCompany company, MatchGuest guest) =>
            !plan.Lets(guest) ? PairBar.NotAllowed
            : standing is not PairStanding.Clear ? PairBar.Conflict
            : wished is not PairBar.None ? wished
            : company.Said.Automatic == 0 || guest.Said.Automatic == 0 ? PairBar.OptedOut
            : PairBar.None;
    }

    /// <summary>
    /// The problem in numbers. A guest's own availability and the organizer's word on lateness both count, and nothing
    /// new is put into time that is over.
    /// </summary>
    /// <param name="known">What people have been told of already.</param>
    /// <param name="from">Where the new timetable departs from; null: from scratch.</param>
    /// <param name="byHand">Pairs that a person has put together although one of them stays out of automatic matching.</param>
    /// <param name="now">When.</param>
    public TimetableProblem ToProblem(
        KnownMeetings known,
        IReadOnlyList<Meeting>? from,
        IEnumerable<PlannedMeeting> byHand,
        Instant now
    )
    {
        var over = Grid.Slots.TakeWhile(slot => Plan.At(slot.From) <= now).Count();
        var terms = new PairTerms[Companies.Count, Guests.Count];
        for (var c = 0; c < Companies.Count; c++)
        for (var g = 0; g < Guests.Count; g++)
            terms[c, g] = Pairs[c, g].Terms;
        foreach (var (company, guest) in byHand.Select(one => (CompanyAt(one.CompanyId), GuestAt(one.InvitationId))))
            if (company >= 0 && guest >= 0 && terms[company, guest].Bar is PairBar.OptedOut)
                terms[company, guest] = terms[company, guest] with { Bar = PairBar.None };
        var had = new int[Companies.Count];
        foreach (var (company, guest) in known.Elsewhere)
        {
            had[company]++;
            if (guest >= 0)
                terms[company, guest] = terms[company, guest] with { Bar = PairBar.Met };
        }
        return new()
        {
            Slots = Grid.Slots.Count,
            Tables = (int)Plan.TableCount,
            Companies =
            [
                .. Companies.Select(
                    (one, c) =>
                        new TimetableCompany(Present(one.Said).From(over), Math.Max(0, (int)Plan.Guarantee - had[c]))
                ),
            ],
            Guests =
            [
                .. Guests.Select(one => new TimetableGuest(
                    // Who is forgotten on the day itself has come and counts, and is put into nothing new.
                    one.Row.ForgottenAt
                        is not null
                        ? SlotSet.None
                        : Present(one.Said).From(over)
                            & Grid.Within(
                                DayPart.FromStored(one.Row.Availability)?.Select(part => (part.From, part.To)).ToList()
                            )
                )),
            ],
            Pairs = terms,
            Fixed = known.Pinned,
            Published = from,
        };
    }

    /// <summary>In how many slots the company is there, as the organizer has noted it.</summary>
    public int SlotsOf(MatchCompany company) => Present(company.Said).Count;

    SlotSet Present(ParticipantRow said) =>
        said.Absent == 1
            ? SlotSet.None
            : Grid.Within([(said.PresentFrom ?? Plan.StartsAt, said.PresentUntil ?? Plan.EndsAt)]);

    /// <summary>Invitations of officials, whose meetings with companies are logged one by one.</summary>
    public HashSet<string> Officials => [.. Guests.Where(guest => guest.IsOfficial).Select(guest => guest.Id)];

    /// <summary>What companies refuse, whatever else stands in the way of it: a veto must not show in what they are credited.</summary>
    public IReadOnlyList<RefusedMeeting> Refused =>
        [
            .. Companies
                .Where(company => company.Said.Automatic == 0)
                .Select(company => new RefusedMeeting(company.Id, null)),
            .. Companies.SelectMany(
                (company, c) =>
                    Guests
                        .Where((_, g) => Pairs[c, g].Company is Wish.No || Pairs[c, g].ClosedByCompany)
                        .Select(guest => new RefusedMeeting(company.Id, guest.Id))
            ),
        ];

    /// <summary>Whether a timetable from here on would have nobody to place, or no slot to place them in.</summary>
    public bool IsEmpty => Companies.Count == 0 || Guests.Count == 0 || Grid.Slots.Count == 0;

    public int CompanyAt(string id) => IndexOf(Companies, one => one.Id == id);

    public int GuestAt(string id) => IndexOf(Guests, one => one.Id == id);

    static int IndexOf<T>(IReadOnlyList<T> all, Func<T, bool> wanted)
    {
        for (var i = 0; i < all.Count; i++)
            if (wanted(all[i]))
                return i;
        return -1;
    }

    sealed record NameRow
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
    }

    sealed record WishRow
    {
        public string Side { get; init; } = "";
        public string CompanyId { get; init; } = "";
        public string InvitationId { get; init; } = "";
        public string Wish { get; init; } = "";
    }
}
