using ClosedDoor.Domain;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class GuestPlacesTests
{
    static readonly QuorumRule Rule = new(1, 2, 1, 2, 0);

    static Invitee Director(string id, string hospital, InvitationStatus status, string? substitutes = null) =>
        new(id, id[^1] - '0', status, GuestKind.HospitalDirector, hospital, substitutes);

    static Invitee Expert(string id, InvitationStatus status, string? substitutes = null) =>
        new(id, id[^1] - '0', status, GuestKind.ResearchExpert, null, substitutes);

    [Test]
    public void A_hospital_takes_one_place_however_many_of_its_directors_come()
    {
        Invitee[] list =
        [
            Director("d1", "a", InvitationStatus.Accepted),
            Director("d2", "b", InvitationStatus.Invited),
        ];

        Assert.That(GuestPlaces.Refuse(Director("d3", "b", InvitationStatus.Invited), list, Rule), Is.Null);
        Assert.That(
            GuestPlaces.Refuse(Director("d4", "c", InvitationStatus.Invited), list, Rule)?.Code,
            Is.EqualTo("guest_list_full")
        );
    }

    [Test]
    public void Officials_and_experts_share_their_places()
    {
        Invitee[] list =
        [
            Expert("e1", InvitationStatus.Opened),
            new("o2", 2, InvitationStatus.Accepted, GuestKind.HealthCommissionOfficial, null, null),
            Expert("e3", InvitationStatus.Declined),
            Expert("e4", InvitationStatus.Standby),
        ];

        Assert.That(
            GuestPlaces.Refuse(Expert("e5", InvitationStatus.Invited), list, Rule)?.Code,
            Is.EqualTo("guest_list_full")
        );
        Assert.That(GuestPlaces.Refuse(Expert("e5", InvitationStatus.Invited), list[1..], Rule), Is.Null);
    }

    [Test]
    public void Who_was_named_for_the_place_moves_up_before_those_for_any_place()
    {
        var left = Expert("e1", InvitationStatus.Declined);
        Invitee[] list =
        [
            left,
            Expert("e2", InvitationStatus.Accepted),
            Expert("e3", InvitationStatus.Standby, substitutes: "e2"),
            Expert("e4", InvitationStatus.Standby),
            Expert("e5", InvitationStatus.Standby, substitutes: "e1"),
            Director("d6", "a", InvitationStatus.Standby),
        ];

        Assert.That(GuestPlaces.Next(left, list).Select(one => one.Id), Is.EqualTo(["e5", "e4"]));
    }

    [Test]
    public void Among_equals_the_one_higher_on_the_list_moves_up_and_who_stands_by_for_a_place_that_is_gone_is_an_equal()
    {
        var left = Expert("e1", InvitationStatus.Declined);
        Invitee[] list =
        [
            Expert("e9", InvitationStatus.Standby, substitutes: "e1"),
            Expert("e8", InvitationStatus.Standby, substitutes: "e1"),
            Expert("e7", InvitationStatus.Standby),
            Expert("e6", InvitationStatus.Standby, substitutes: "e2"),
            Expert("e2", InvitationStatus.Withdrawn),
            left,
        ];

        Assert.That(GuestPlaces.Next(left, list).Select(one => one.Id), Is.EqualTo(["e8", "e9", "e6", "e7"]));
    }

    [Test]
    public void Missing_counts_are_named()
    {
        var rule = new QuorumRule(6, 8, 4, 5, 8);

        Assert.That(
            rule.Missing(new(5, 3, 7)),
            Is.EqualTo([
                new Text("三甲医院：已确认 5，至少 6。", "hospitals: 5 of at least 6."),
                new Text("卫健委嘉宾与科研专家：已确认 3，至少 4。", "officials and experts: 3 of at least 4."),
                new Text("参会企业：已确认 7，至少 8。", "companies: 7 of at least 8."),
            ])
        );
        Assert.That(rule.Missing(new(6, 4, 8)), Is.Empty);
    }

    [Test]
    public void However_guests_are_asked_no_more_hold_places_than_there_are()
    {
        var guests = Gen.Choose(0, 5).Two().ListOf().Select(list => list.ToArray());

        Properties.Hold(
            guests,
            asked =>
            {
                var list = new List<Invitee>();
                foreach (var (kind, hospital) in asked)
                {
                    var one =
                        kind % 2 == 0
                            ? Director($"i{list.Count}", $"h{hospital}", InvitationStatus.Invited)
                            : Expert($"i{list.Count}", InvitationStatus.Accepted);
                    if (GuestPlaces.Refuse(one, list, Rule) is null)
                        list.Add(one);
                }
                return list.Where(one => one.IsDirector).Select(one => one.HospitalId).Distinct().Count() <= 2
                    && list.Count(one => !one.IsDirector) <= 2;
            }
        );
    }
}
