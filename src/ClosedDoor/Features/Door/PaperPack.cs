using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Pages;

namespace ClosedDoor.Features.Door;

/// <summary>
/// The day on paper, for when nothing else works: agenda, sign-in sheet, table cards, badges. Each sheet says who printed
/// it and when, and so does the audit log: it is a list of people.
/// </summary>
public static class PaperPack
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/sessions/{sessionId}/paper", Handle)
            .Named("PrintPaperPack", "The paper of the day as one page to print")
            .RequireAuthorization(Policy.Organize)
            .Produces(200, contentType: "text/html")
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string sessionId, Caller caller, Database db, TicketKeys keys)
    {
        var page = await Execute(db, keys, caller, sessionId);
        return page.Refused(out var refusal) ? Answer.Refuse(refusal) : page.Value;
    }

    internal static async Task<Outcome<PrintPage>> Execute(
        Database db,
        TicketKeys keys,
        Caller caller,
        string sessionId
    )
    {
        var (day, agenda, people) = await db.Read(async read =>
            (
                await DaySheet.Find(read, sessionId),
                await AgendaTable.Of(read, sessionId),
                await PersonRow.Of(read, sessionId)
            )
        );
        if (day is null)
            return Refusals.NotFound;
        people = [.. people.Where(person => person.Barred is null)];
        var badges = new List<(PersonRow Person, string Ticket)>();
        foreach (var person in people)
            badges.Add((person, await keys.Sign(person.TicketId, sessionId, caller.Now)));
        var stamp = await PrintStamp.Put(db, caller, "paper.printed", sessionId, "现场签到与引导", people.Count);
        return new PrintPage(
            day.Title,
            Html.Of(
                $"{AgendaSheet(day, agenda, stamp)}{SignInSheet(day, people, stamp)}{TableCards(people)}{Badges(day, badges)}"
            )
        );
    }

    static Html AgendaSheet(DaySheet day, List<AgendaItemView> agenda, Html stamp) =>
        Html.Of(
            $"""
            <section class="sheet"><h1>{day.Title}</h1>
            <p class="center">{Wording.On(day.Date).Zh} {Wording.Hour(day.StartsAt)}–{Wording.Hour(day.EndsAt)}（{Wording.Zone(day.TimeZone).Zh}）　{day.Place}</p>
            <h2>议程</h2>
            <table><thead><tr><th>时间</th><th>内容</th><th>主讲</th></tr></thead><tbody>{Html.Each(
                agenda,
                item =>
                    Html.Of(
                        $"<tr><td>{Wording.Hour(item.StartsAt)}–{Wording.Hour(item.EndsAt)}</td><td>{item.Title}</td><td>{item.Speaker}</td></tr>"
                    )
            )}</tbody></table>{stamp}</section>

            """
        );

    static Html SignInSheet(DaySheet day, List<PersonRow> people, Html stamp) =>
        Html.Of(
            $"""
            <section class="sheet"><h1>签到表</h1><p class="center">{day.Title}　{Wording.On(day.Date).Zh}</p>
            <table><thead><tr><th>序号</th><th>姓名</th><th>单位</th><th>身份</th><th>签名</th></tr></thead><tbody>{Html.Each(
                people.Select((person, i) => (person, number: i + 1)),
                line =>
                    Html.Of(
                        $"<tr><td>{line.number}</td><td>{line.person.Name}</td><td>{line.person.Unit}</td><td>{Kind(line.person)}</td><td class=\"sign\">{Pledge(line.person)}</td></tr>"
                    )
            )}</tbody></table>{stamp}</section>

            """
        );

    static Html TableCards(List<PersonRow> people) =>
        Html.Of(
            $"<section class=\"sheet\">{Html.Each(people, person => Html.Of($"<div class=\"tent\"><div class=\"name\">{person.Name}</div><div>{person.Unit}</div></div>"))}</section>"
        );

    static Html Badges(DaySheet day, List<(PersonRow Person, string Ticket)> badges) =>
        Html.Of(
            $"""
            <section class="sheet"><div class="cards">{Html.Each(
                badges,
                badge =>
                    Html.Of(
                        $"<div class=\"card\">{QrCode.Svg(badge.Ticket)}<p class=\"name\">{badge.Person.Name}</p><p>{badge.Person.Unit}</p><p>{Kind(badge.Person)}</p><p class=\"small\">{day.Title}</p><p>{Photo(badge.Person)}</p></div>"
                    )
            )}</div></section>
            """
        );

    /// <summary>九项准则: who has not accepted the pledge by the link signs it with the name.</summary>
    static Html Pledge(PersonRow person) =>
        person.Warnings.Contains(DoorWarning.IntegrityPledgeMissing)
            ? Html.Of($"<span class=\"small\">请另签廉洁承诺书</span>")
            : Html.Nothing;

    static string Kind(PersonRow person) => person.IsGuest ? "嘉宾" : "企业代表";

    /// <summary>民法典 §1019: nobody is photographed who has not agreed; the mark is what a photographer looks for.</summary>
    static string Photo(PersonRow person) => person.PhotoConsent > 0 ? "● 同意拍摄" : "✕ 请勿拍摄";
}
