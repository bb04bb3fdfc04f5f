using System.Numerics;

namespace ClosedDoor.Domain;

/// <summary>Writes the certificate of a placement: the one number of the search taken apart into its levels again, and the reasons.</summary>
sealed class Certifying(TimetableProblem problem, Board board, Placement placement)
{
    /// <summary>Meetings per company, fixed ones included.</summary>
    readonly int[] _meetings = [.. placement.Degree.Zip(board.Had, (degree, had) => degree + had)];

    /// <param name="levels">The bounds of levels 1 to 3.</param>
    /// <param name="waits">Level 4: what was reached.</param>
    /// <param name="leastWaits">Level 4: what no timetable avoids.</param>
    /// <param name="tables">Level 5.</param>
    /// <param name="steps">Taken in all.</param>
    public TimetableCertificate Write(
        LevelSearch levels,
        (int Longest, int Total) waits,
        (int Longest, int Total) leastWaits,
        LevelProof tables,
        SearchSteps steps
    )
    {
        var (fewest, most) = placement.Range();
        var (shortfall, weight, changes) = Levels(levels.ValueBound);
        return new TimetableCertificate
        {
            Shortfall = shortfall,
            Weight = weight,
            Changes = changes,
            FewestMeetings = new(fewest, Math.Max(fewest, levels.FewestBound)),
            Spread = new(most - fewest, levels.SpreadBound),
            LongestWait = new(waits.Longest, leastWaits.Longest),
            TotalWait = new(waits.Total, leastWaits.Total),
            TableChanges = tables,
            Jain = Jain(),
            Missing = Missing(),
            MissedGuarantees = MissedGuarantees(shortfall.Proved),
            End =
                steps.Struck != SearchEnd.Finished ? steps.Struck
                : levels.UsedUp ? SearchEnd.StepsUsedUp
                : SearchEnd.Finished,
            Steps = steps.Taken,
        };
    }

    (LevelProof Shortfall, LevelProof Weight, LevelProof Changes) Levels(long valueBound)
    {
        var (promised, asked, points, fixedPoints, net) = (0L, 0L, 0L, 0L, 0L);
        for (var company = 0; company < board.Companies; company++)
        {
            asked += board.Guarantee[company];
            promised += Math.Min(_meetings[company], board.Guarantee[company]);
        }
        foreach (var (company, guest, _, _) in problem.Fixed)
            fixedPoints += problem.Pairs[company, guest].Weight;
        for (var pair = 0; pair < placement.Slot.Length; pair++)
        {
            if (placement.Slot[pair] < 0)
                continue;
            points += board.Weight[pair];
            net += board.WorthIn(pair, placement.Slot[pair]) - board.Point * board.Weight[pair];
        }

        // The rest below one promise lies between −Most and all points, so that floor division takes the number apart.
        var slack = (long)board.Most;
        var promisedBound = Divide(valueBound + slack, board.Promise);
        var shortfall = new LevelProof(asked - promised, Math.Max(0, asked - promisedBound));
        if (promisedBound != promised)
            return (shortfall, new(fixedPoints + points, fixedPoints + AllPoints()), Changes(net, null));
        var rest = valueBound - board.Promise * promised;
        var pointsBound = board.Point == 1 ? rest : Divide(rest + slack, board.Point);
        return (
            shortfall,
            new(fixedPoints + points, fixedPoints + Math.Max(points, pointsBound)),
            Changes(net, pointsBound == points ? rest - board.Point * points : null)
        );
    }

    static long Divide(long number, long by) => number >= 0 ? number / by : -((by - 1 - number) / by);

    long AllPoints()
    {
        var sum = 0L;
        foreach (var weight in board.Weight)
            sum += Math.Max(0, weight);
        return sum;
    }

    /// <summary>Published meetings that do not stand, and new ones. The search counts +1 for each that stands and −1 for each new one.</summary>
    LevelProof Changes(long net, long? netBound)
    {
        if (problem.Published is not { } published)
            return default;
        var (gone, fresh) = (0, new HashSet<(int, int)>());
        var stands = problem.Fixed.ToDictionary(meeting => (meeting.Company, meeting.Guest), meeting => meeting.Slot);
        var known = published.Select(meeting => (meeting.Company, meeting.Guest)).ToHashSet();
        foreach (var (pair, slot) in stands)
            if (!known.Contains(pair))
                fresh.Add(pair);
        for (var pair = 0; pair < placement.Slot.Length; pair++)
            if (placement.Slot[pair] >= 0)
            {
                var key = (pair / board.Guests, pair % board.Guests);
                stands[key] = placement.Slot[pair];
                if (!known.Contains(key))
                    fresh.Add(key);
            }
        foreach (var meeting in published)
            if (!stands.TryGetValue((meeting.Company, meeting.Guest), out var slot) || slot != meeting.Slot)
                gone++;
        var changes = gone + fresh.Count;
        return new(changes, netBound is { } bound ? changes - (bound - net) : 0);
    }

    double Jain()
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var meetings in _meetings)
        {
            sum += meetings;
            squares += (double)meetings * meetings;
        }
        return squares == 0 ? 1 : sum * sum / (_meetings.Length * squares);
    }

    List<MissingPair> Missing()
    {
        var met = problem.Fixed.Select(meeting => (meeting.Company, meeting.Guest)).ToHashSet();
        var missing = new List<MissingPair>();
        for (var pair = 0; pair < placement.Slot.Length; pair++)
        {
            var (company, guest) = (pair / board.Guests, pair % board.Guests);
            if (placement.Slot[pair] < 0 && !met.Contains((company, guest)))
                missing.Add(new(company, guest, Reason(company, guest)));
        }
        return missing;
    }

    MissingReason Reason(int company, int guest)
    {
        if (problem.Pairs[company, guest].Bar is not PairBar.None and var bar)
            return bar switch
            {
                PairBar.Veto => MissingReason.Veto,
                PairBar.Conflict => MissingReason.Conflict,
                PairBar.Declined => MissingReason.Declined,
                PairBar.OptedOut => MissingReason.OptedOut,
                PairBar.Met => MissingReason.MetAlready,
                _ => MissingReason.NotAllowed,
            };
        var both = problem.Companies[company].Present & problem.Guests[guest].Present & SlotSet.All(board.Slots);
        if (both.Count == 0)
            return MissingReason.NeverThereTogether;
        var companyIdle = both.Bits & placement.CompanyIdle[company];
        var guestIdle = both.Bits & placement.GuestIdle[guest];
        if (companyIdle == 0)
            return MissingReason.CompanyBusy;
        if (guestIdle == 0)
            return MissingReason.GuestBusy;
        if ((companyIdle & guestIdle & placement.Open) != 0)
            return MissingReason.NoGain;
        return (companyIdle & guestIdle) == both.Bits ? MissingReason.TablesTaken : MissingReason.SlotsTaken;
    }

    List<MissedGuarantee> MissedGuarantees(bool proved)
    {
        var missed = new List<MissedGuarantee>();
        for (var company = 0; company < board.Companies; company++)
        {
            if (_meetings[company] >= board.Guarantee[company])
                continue;
            var (guests, slots, alone) = Alone(company);
            var wanted = board.Guarantee[company];
            missed.Add(
                new(
                    company,
                    wanted,
                    _meetings[company],
                    alone,
                    guests < wanted ? ShortfallReason.TooFewGuests
                        : slots < wanted ? ShortfallReason.TooFewSlots
                        : alone < wanted ? ShortfallReason.TooFewCommonSlots
                        : proved ? ShortfallReason.OthersArePromisedToo
                        : ShortfallReason.NotProved
                )
            );
        }
        return missed;
    }

    /// <summary>Guests that it may meet, slots that it has, and the meetings that it could have alone: a matching of guests and slots.</summary>
    (int Guests, int Slots, int Meetings) Alone(int company)
    {
        var guests = board.Had[company];
        var takenBy = new int[board.Slots];
        Array.Fill(takenBy, -1);
        var meetings = board.Had[company];
        for (var guest = 0; guest < board.Guests; guest++)
        {
            if (problem.Pairs[company, guest].Bar == PairBar.None && !Met(company, guest))
                guests++;
            var tried = 0UL;
            if (board.Common[company * board.Guests + guest] != 0 && Augment(guest, ref tried))
                meetings++;
        }
        return (guests, board.Had[company] + BitOperations.PopCount(board.CompanyFree[company]), meetings);

        bool Augment(int guest, ref ulong tried)
        {
            for (var left = board.Common[company * board.Guests + guest] & ~tried; left != 0; left &= left - 1)
            {
                var slot = BitOperations.TrailingZeroCount(left);
                if ((tried >> slot & 1) != 0)
                    continue;
                tried |= 1UL << slot;
                if (takenBy[slot] >= 0 && !Augment(takenBy[slot], ref tried))
                    continue;
                takenBy[slot] = guest;
                return true;
            }
            return false;
        }
    }

    bool Met(int company, int guest)
    {
        foreach (var meeting in problem.Fixed)
            if (meeting.Company == company && meeting.Guest == guest)
                return true;
        return false;
    }
}
