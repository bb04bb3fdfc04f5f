namespace ClosedDoor.Domain;

/// <summary>
/// Spreads chosen pairs over slots when everybody is always there. König (1916): the edges of a bipartite graph whose
/// greatest degree is D can be coloured with D colours; colours are slots here. De Werra (1971): there is even a colouring
/// whose classes differ by at most one, so that edges ≤ slots × tables leaves each slot with a table for each meeting.
/// Both by swapping two colours along an alternating path.
/// </summary>
static class EdgeColouring
{
    /// <summary>Places all chosen pairs.</summary>
    public static void Place(Placement placement, bool[] chosen, Board board, SearchSteps steps)
    {
        var (guests, slots) = (board.Guests, board.Slots);
        // By company × slots + slot the partner, and the same for guests; −1 is free.
        var atCompany = new int[board.Companies * slots];
        var atGuest = new int[guests * slots];
        var load = new int[slots];
        var path = new int[board.Companies + guests + 1];
        Array.Fill(atCompany, -1);
        Array.Fill(atGuest, -1);

        for (var pair = 0; pair < chosen.Length; pair++)
        {
            if (!chosen[pair])
                continue;
            var (company, guest) = (pair / guests, pair % guests);
            var (one, two) = (FirstFree(atCompany, company), FirstFree(atGuest, guest));
            // The path from the guest that alternates between the two colours cannot end at the company: it would
            // have to arrive there in the colour that the company lacks.
            if (atGuest[guest * slots + one] >= 0)
                Swap(Follow(guest, false, one, two), false, one, two);
            Colour(company, guest, one);
            steps.Spend(1);
        }

        for (; ; )
        {
            var (fullest, emptiest) = (0, 0);
            for (var slot = 1; slot < slots; slot++)
            {
                if (load[slot] > load[fullest])
                    fullest = slot;
                if (load[slot] < load[emptiest])
                    emptiest = slot;
            }
            if (slots == 0 || load[fullest] <= load[emptiest] + 1)
                break;
            Level(fullest, emptiest);
            steps.Spend(1);
        }

        for (var company = 0; company < board.Companies; company++)
        for (var slot = 0; slot < slots; slot++)
            if (atCompany[company * slots + slot] is >= 0 and var guest)
                placement.Place(company * guests + guest, slot);

        int FirstFree(int[] at, int who)
        {
            var slot = 0;
            while (at[who * slots + slot] >= 0)
                slot++;
            return slot;
        }

        void Colour(int company, int guest, int slot)
        {
            atCompany[company * slots + slot] = guest;
            atGuest[guest * slots + slot] = company;
            load[slot]++;
        }

        // The path that alternates between two colours from a vertex on; answers its number of edges.
        int Follow(int start, bool isCompany, int one, int two)
        {
            var (vertex, side, colour, length) = (start, isCompany, one, 0);
            for (; ; )
            {
                path[length] = vertex;
                vertex = (side ? atCompany : atGuest)[vertex * slots + colour];
                if (vertex < 0)
                    return length;
                length++;
                side = !side;
                colour = colour == one ? two : one;
            }
        }

        void Swap(int length, bool isCompany, int one, int two)
        {
            for (var edge = 0; edge < length; edge++)
            {
                var (companyFirst, colour) = (isCompany == (edge % 2 == 0), edge % 2 == 0 ? one : two);
                var (company, guest) = companyFirst ? (path[edge], path[edge + 1]) : (path[edge + 1], path[edge]);
                atCompany[company * slots + colour] = atGuest[guest * slots + colour] = -1;
                load[colour]--;
            }
            for (var edge = 0; edge < length; edge++)
            {
                var (companyFirst, colour) = (isCompany == (edge % 2 == 0), edge % 2 == 0 ? two : one);
                var (company, guest) = companyFirst ? (path[edge], path[edge + 1]) : (path[edge + 1], path[edge]);
                Colour(company, guest, colour);
            }
        }

        // Some alternating path has one edge more of the fuller colour, for both classes are matchings.
        void Level(int full, int empty)
        {
            for (var vertex = 0; vertex < board.Companies + guests; vertex++)
            {
                var isCompany = vertex < board.Companies;
                var (who, at) = isCompany ? (vertex, atCompany) : (vertex - board.Companies, atGuest);
                if (at[who * slots + full] < 0 || at[who * slots + empty] >= 0)
                    continue;
                var length = Follow(who, isCompany, full, empty);
                if (length % 2 == 0)
                    continue;
                Swap(length, isCompany, full, empty);
                return;
            }
            throw new InvalidOperationException("Two matchings of different size have an augmenting path (Berge).");
        }
    }
}
