namespace ClosedDoor.Domain;

/// <summary>
/// Makes the best timetable and says how good it is. In strict order: (1) least shortfall against guarantees; (2) greatest
/// weight; (2½) in a re-solve fewest changes; (3) most meetings for the worst-off company, then the smallest spread; these are
/// proved. (4) Smallest longest wait, then least waiting in all; (5) fewest changes of table; these are improved as far
/// as the budget goes and reported with a bound.
/// </summary>
/// <remarks>
/// How, and in which file of this folder, in the order in which a search goes through them:
/// <list type="number">
/// <item><see cref="Board"/> lays the problem out in flat arrays and makes levels 1, 2 and 2½ one whole number, the value.</item>
/// <item>
/// <see cref="LevelSearch"/> settles levels 1 to 3. <see cref="PairFlow"/> chooses the pairs as if slots could only be
/// counted, which bounds every timetable. If the chosen pairs find slots, by <see cref="EdgeColouring"/> where everybody is
/// always there and by <see cref="SlotFitting"/> else, they are best, and mostly they do.
/// </item>
/// <item>
/// Where they do not, <see cref="BranchAndBound"/> settles each level on <see cref="LinearModel"/>: <see cref="DualSimplex"/>
/// (on <see cref="BasisInverse"/>) finds prices in floating point, <see cref="DualBound"/> proves by them in whole numbers. What is too large for that is
/// improved by <see cref="PairExchange"/>, and keeps a gap.
/// </item>
/// <item>
/// Level 4: <see cref="Waiting"/> moves meetings between slots, without touching who meets whom, and <see cref="WaitBound"/>
/// and <see cref="SureWaits"/> say what cannot be avoided, by the <see cref="SureMeetings"/> that all timetables of that value
/// have. Level 5: <see cref="Seating"/> gives out the tables and bounds the changes.
/// </item>
/// <item><see cref="Certifying"/> takes the value apart into its levels again and writes the reasons.</item>
/// </list>
/// All work on a <see cref="Placement"/>, draw their chances from <see cref="Pcg"/> and count <see cref="SearchSteps"/>.
/// <see cref="TimetableChecker"/>, which judges what comes out, uses nothing of this folder.
/// </remarks>
public static class TimetableSolver
{
    /// <summary>At most, for what no timetable avoids in level 4: about a tenth of a second.</summary>
    const long BoundSteps = 300_000;

    /// <summary>
    /// Pure: the same problem, budget and seed give the same timetable on every machine, unless stopped from outside.
    /// </summary>
    /// <param name="timeIsUp">The last stop, asked about every two thousand steps: the caller's wall clock. Answers best so far.</param>
    /// <param name="progress">Told at once, on this thread.</param>
    /// <param name="cancellation">Answers best so far, too.</param>
    /// <exception cref="ArgumentException">The problem is meaningless; see <see cref="TimetableProblem.Flaw"/>.</exception>
    public static Timetable Solve(
        TimetableProblem problem,
        TimetableBudget? budget = null,
        Func<bool>? timeIsUp = null,
        Action<SearchProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        budget ??= new TimetableBudget();
        var board = new Board(problem);
        var steps = new SearchSteps(timeIsUp, cancellation);
        steps.Allow(budget.Proof);
        LevelSearch? levels = null;
        levels = new LevelSearch(board, steps, budget.Seed, Report);
        levels.Run();
        Report(SearchStage.Settled);

        steps.Allow(budget.Improvement);
        var placement = levels.Best;
        var waiting = new Waiting(board, problem, steps, budget.Seed);
        var waits = waiting.Improve(placement, budget.Improvement / 10 * 9);
        var least = LeastWaits(board, waiting, placement, levels.ValueBound, steps, budget);
        var seating = new Seating(board, problem, placement, steps);
        steps.Allow(budget.Improvement / 10);
        seating.Improve(budget.Improvement / 10, budget.Seed);

        var certificate = new Certifying(problem, board, placement).Write(
            levels,
            waits,
            least,
            new(seating.Changes(), seating.Bound()),
            steps
        );
        Report(SearchStage.Finished);
        return new Timetable(Meetings(problem, board, placement, seating), certificate);

        void Report(SearchStage stage) => progress?.Invoke(new(stage, steps.Taken, levels!.Gap, levels.IsProved));
    }

    /// <summary>
    /// Says how good a timetable is that was edited by hand, against the same bounds. Its meetings and tables stay as
    /// they are.
    /// </summary>
    /// <exception cref="ArgumentException">It breaks a rule; see <see cref="TimetableChecker.Broken"/>.</exception>
    public static TimetableCertificate Judge(
        TimetableProblem problem,
        IReadOnlyList<Meeting> meetings,
        TimetableBudget? budget = null,
        Func<bool>? timeIsUp = null,
        CancellationToken cancellation = default
    )
    {
        budget ??= new TimetableBudget();
        var board = new Board(problem);
        if (TimetableChecker.Broken(problem, meetings) is [var broken, ..])
            throw new ArgumentException($"The timetable breaks a rule: {broken}", nameof(meetings));
        var steps = new SearchSteps(timeIsUp, cancellation);
        steps.Allow(budget.Proof);
        var levels = new LevelSearch(board, steps, budget.Seed, _ => { });
        levels.Run();

        var placement = new Placement(board);
        foreach (var meeting in meetings)
            if (!problem.Fixed.Contains(meeting))
                placement.Place(meeting.Company * board.Guests + meeting.Guest, meeting.Slot);
        levels.Judge(placement);
        var waiting = new Waiting(board, problem, steps, budget.Seed);
        var waits = waiting.Improve(placement, 0);
        var least = LeastWaits(board, waiting, placement, levels.ValueBound, steps, budget);
        var changes = Seating.ChangesOf(meetings);
        var seating = new Seating(board, problem, placement, steps);
        return new Certifying(problem, board, placement).Write(
            levels,
            waits,
            least,
            new(changes, Math.Min(changes, seating.Bound())),
            steps
        );
    }

    static (int Longest, int Total) LeastWaits(
        Board board,
        Waiting waiting,
        Placement placement,
        long valueBound,
        SearchSteps steps,
        TimetableBudget budget
    )
    {
        steps.Allow(Math.Min(BoundSteps, budget.Improvement));
        // What is worth more may be less fair, and still be the better.
        var fewest = placement.Value() == valueBound ? placement.Range().Fewest : 0;
        var sure = steps.MustStop
            ? new SureMeetings(board)
            : SureMeetings.Of(board, placement.Value(), fewest, steps, budget.Seed);
        return waiting.Bound(placement, valueBound, sure);
    }

    static List<Meeting> Meetings(TimetableProblem problem, Board board, Placement placement, Seating seating)
    {
        var meetings = new List<Meeting>(problem.Fixed);
        for (var pair = 0; pair < placement.Slot.Length; pair++)
            if (placement.Slot[pair] is >= 0 and var slot)
            {
                var company = pair / board.Guests;
                meetings.Add(new(company, pair % board.Guests, slot, seating.TableOf(company, slot)));
            }
        meetings.Sort((one, other) => (one.Slot, one.Table).CompareTo((other.Slot, other.Table)));
        return meetings;
    }
}
