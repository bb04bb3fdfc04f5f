namespace ClosedDoor.Domain;

/// <summary>
/// Makes the best timetable and says how good it is. In strict order: (1) least shortfall against guarantees; (2) greatest
/// weight; (2½) in a re-solve fewest changes; (3) most meetings for the worst-off company, then the smallest spread; these are
/// proved. (4) Smallest longest wait, then least waiting in all; (5) fewest changes of table; these are improved as far
/// as the budget goes and reported with a bound.
/// </summary>
public static class TimetableSolver
{
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
        var usedUp = steps.UsedUp && !levels.IsProved;

        steps.Allow(budget.Improvement);
        var placement = levels.Best;
        var waiting = new Waiting(board, problem, steps, budget.Seed);
        var waits = waiting.Improve(placement, budget.Improvement / 10 * 9);
        var least = waiting.Bound(placement, levels.ValueBound);
        var seating = new Seating(board, problem, placement, steps);
        seating.Improve(budget.Improvement / 10, budget.Seed);

        var certificate = new Certifying(problem, board, placement).Write(
            levels.ValueBound,
            levels.FewestBound,
            levels.SpreadBound,
            (new(waits.Longest, least.Longest), new(waits.Total, least.Total)),
            new(seating.Changes(), seating.Bound()),
            End(steps, usedUp),
            steps.Taken
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
        var usedUp = steps.UsedUp && !levels.IsProved;

        var placement = new Placement(board);
        foreach (var meeting in meetings)
            if (!problem.Fixed.Contains(meeting))
                placement.Place(meeting.Company * board.Guests + meeting.Guest, meeting.Slot);
        levels.Judge(placement);
        var waiting = new Waiting(board, problem, steps, budget.Seed);
        var (waits, least) = (waiting.Improve(placement, 0), waiting.Bound(placement, levels.ValueBound));
        var changes = Seating.ChangesOf(meetings);
        var seating = new Seating(board, problem, placement, steps);
        return new Certifying(problem, board, placement).Write(
            levels.ValueBound,
            levels.FewestBound,
            levels.SpreadBound,
            (new(waits.Longest, least.Longest), new(waits.Total, least.Total)),
            new(changes, Math.Min(changes, seating.Bound())),
            End(steps, usedUp),
            steps.Taken
        );
    }

    static SearchEnd End(SearchSteps steps, bool usedUp) =>
        steps.Struck != SearchEnd.Finished ? steps.Struck
        : usedUp ? SearchEnd.StepsUsedUp
        : SearchEnd.Finished;

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
