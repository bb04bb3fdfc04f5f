using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// What has come of a session's meetings: how many were kept, met again and went on, by specialty and by cooperation
/// model; as JSON, as a file, and as a chart. Only what both sides confirmed counts.
/// </summary>
public static class ReportOutcomes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/sessions/{sessionId}/outcomes",
                async (string sessionId, Database db) => (await Execute(db, sessionId)).ToOk()
            )
            .Named("ReportOutcomes", "Report what has come of a session's meetings")
            .RequireAuthorization(Policy.Staff)
            .Answers<OutcomeReportView>()
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/sessions/{sessionId}/outcomes/export",
                async (string sessionId, string? format, string? reason, Caller caller, Database db) =>
                    Export.Asked(format, reason) is var asked && asked.Refused(out var refusal)
                        ? Answer.Refuse(refusal)
                        : await asked.Value.Answer(
                            db,
                            caller,
                            sessionId,
                            sessionId,
                            async read => (await Read(read, sessionId)).Then<Worksheet>(report => Sheet(report))
                        )
            )
            .Named("ExportOutcomes", "Export what has come of a session's meetings")
            .RequireAuthorization(Policy.Staff)
            .AnswersExport()
            .Refuses(Refusals.NotFound, Refusals.Invalid);
        api.MapGet(
                "/sessions/{sessionId}/outcomes.svg",
                async (string sessionId, Database db) =>
                    (await Execute(db, sessionId)) is var report && report.Refused(out var refusal)
                        ? Answer.Refuse(refusal)
                        : Results.Text(OutcomeChart.Of(report.Value), "image/svg+xml", System.Text.Encoding.UTF8)
            )
            .Named("ChartOutcomes", "Draw what has come of a session's meetings")
            .RequireAuthorization(Policy.Staff)
            .Produces<string>(200, "image/svg+xml")
            .Refuses(Refusals.NotFound);
    }

    public static Task<Outcome<OutcomeReportView>> Execute(Database db, string sessionId) =>
        db.Read(read => Read(read, sessionId));

    static async Task<Outcome<OutcomeReportView>> Read(Statements read, string sessionId)
    {
        if (!await SessionTable.Exists(read, sessionId))
            return Refusals.NotFound;
        var meetings = await read.All<Row>(
            """
            SELECT meeting.id, meeting.company_id, meeting.status, guest.specialty
            FROM meeting JOIN invitation ON invitation.id = meeting.invitation_id JOIN guest ON guest.id = invitation.guest_id
            WHERE meeting.session_id = @sessionId AND meeting.status <> 'dropped'
            """,
            new { sessionId }
        );
        // Of a meeting that an organizer has since found not to have been held, nothing has come.
        var held = meetings.Where(one => one.IsHeld).Select(one => one.Id).ToHashSet();
        var outcomes = (await OutcomeRow.Of(read, sessionId))
            .Where(one => one.Confirmed && held.Contains(one.MeetingId))
            .ToList();
        var byMeeting = outcomes.ToLookup(one => one.MeetingId);
        return new OutcomeReportView(
            sessionId,
            Count("", new("全部", "All"), meetings, byMeeting),
            [
                .. meetings
                    .GroupBy(one => one.Specialty ?? "")
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => Count(group.Key, SpecialtyName(group.Key), group, byMeeting)),
            ],
            ByModel(meetings, outcomes, await ParticipantRow.Of(read, sessionId))
        );
    }

    /// <summary>A meeting was about the models that its company offers, and about those that its outcomes name.</summary>
    static OutcomeCountView[] ByModel(
        List<Row> meetings,
        List<OutcomeRow> outcomes,
        Dictionary<string, ParticipantRow> said
    )
    {
        var named = outcomes.Where(one => one.Model is not null).ToLookup(one => one.Model!);
        var offered = meetings.ToLookup(
            one => one.Id,
            one => said.GetValueOrDefault(one.CompanyId)?.Offer.Models.Select(model => model.Word()).ToArray() ?? []
        );
        return
        [
            .. named
                .Select(group => group.Key)
                .Concat(offered.SelectMany(one => one).SelectMany(models => models))
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(model =>
                {
                    var about = named[model].Select(one => one.MeetingId).ToHashSet();
                    return Count(
                        model,
                        CooperationModelNames.Of(Words.Parse<CooperationModel>(model)),
                        meetings.Where(one =>
                            about.Contains(one.Id) || offered[one.Id].Any(all => all.Contains(model))
                        ),
                        named[model].ToLookup(one => one.MeetingId)
                    );
                }),
        ];
    }

    static OutcomeCountView Count(
        string key,
        Text name,
        IEnumerable<Row> meetings,
        ILookup<string, OutcomeRow> outcomes
    )
    {
        var all = meetings.ToList();
        var stages = all.SelectMany(one => outcomes[one.Id]).ToLookup(one => Words.Parse<OutcomeStage>(one.Stage));
        return new(
            key,
            name,
            all.Count,
            all.Count(one => one.IsHeld),
            stages[OutcomeStage.SecondMeeting].Count(),
            stages[OutcomeStage.Intention].Count(),
            stages[OutcomeStage.Trial].Count(),
            stages[OutcomeStage.Memorandum].Count(),
            stages[OutcomeStage.ContractTalks].Count(),
            all.Count(one =>
                outcomes[one.Id].Any(two => Words.Parse<OutcomeStage>(two.Stage) >= OutcomeStage.Intention)
            )
        );
    }

    static Text SpecialtyName(string code) =>
        Specialty.Find(code) is { } known ? new(known.Zh, known.En) : new("未注明", "Not given");

    static Worksheet Sheet(OutcomeReportView report) =>
        new(
            "洽谈成果",
            [
                "分组",
                "项目",
                "安排",
                "已进行",
                "再次会面",
                "合作意向",
                "试用",
                "合作备忘录",
                "合同洽谈",
                "意向及以上",
                "转化率",
            ],
            [
                Line("合计", report.All),
                .. report.BySpecialty.Select(one => Line("专科", one)),
                .. report.ByModel.Select(one => Line("合作模式", one)),
            ]
        );

    static Cell[] Line(string group, OutcomeCountView count) =>
        [
            Cell.Of(group),
            Cell.Of(count.Name.Zh),
            Cell.Of(count.Planned),
            Cell.Of(count.Held),
            Cell.Of(count.SecondMeetings),
            Cell.Of(count.Intentions),
            Cell.Of(count.Trials),
            Cell.Of(count.Memoranda),
            Cell.Of(count.ContractTalks),
            Cell.Of(count.Converted),
            Cell.Of(
                count.Conversion is { } share
                    ? share.ToString("0.0%", System.Globalization.CultureInfo.InvariantCulture)
                    : ""
            ),
        ];

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string CompanyId { get; init; } = "";
        public string Status { get; init; } = "";
        public string? Specialty { get; init; }
        public bool IsHeld => Status == MeetingStatus.Held.Word();
    }
}

/// <summary>What has come of a session's meetings.</summary>
public sealed record OutcomeReportView(
    string SessionId,
    OutcomeCountView All,
    IReadOnlyList<OutcomeCountView> BySpecialty,
    IReadOnlyList<OutcomeCountView> ByModel
);

/// <summary>Numbers of meetings; those after <c>held</c> count what both sides confirmed of meetings that were held.</summary>
/// <param name="Key">A specialty's code, or a cooperation model.</param>
/// <param name="Converted">Meetings that came to an intention or further, each once.</param>
/// <param name="Planned">All that were not dropped from the timetable.</param>
public sealed record OutcomeCountView(
    string Key,
    Text Name,
    long Planned,
    long Held,
    long SecondMeetings,
    long Intentions,
    long Trials,
    long Memoranda,
    long ContractTalks,
    long Converted
)
{
    /// <summary>Of the meetings that were held, the share that came to an intention or further; null when none was held.</summary>
    public double? Conversion => Held == 0 ? null : (double)Converted / Held;
}
