using ClosedDoor.Domain;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class VettingApplicationTests
{
    static readonly LocalDate Today = new(2026, 3, 2);
    static readonly LocalDate Later = new(2028, 1, 31);
    static readonly Evidence File = new("evd_00000000000000000000000000", null);

    static readonly VettingApplication Complete = new(
        "技术",
        "专家",
        "实力",
        "模式",
        [new("国械注准20223160393", Later)],
        [new("research_project", "03", "课题"), new("committee", "16", "专委会")],
        [new("创伤更小", File.Id)]
    );

    static IEnumerable<string> Faults(VettingApplication application) =>
        application.Checked(Today).Refused(out var refusal) ? refusal.Fields!.Keys : [];

    static IEnumerable<string> Lacks(VettingApplication application, params Evidence[] evidence) =>
        application.Missing(Today, evidence)?.Fields!.Keys ?? [];

    [Test]
    public void A_complete_application_lacks_nothing()
    {
        Assert.That(Faults(Complete), Is.Empty);
        Assert.That(Complete.Missing(Today, [File]), Is.Null);
    }

    [Test]
    public void An_empty_draft_is_in_order_but_lacks_every_part()
    {
        Assert.That(Faults(new()), Is.Empty);
        Assert.That(
            Lacks(new()),
            Is.EquivalentTo([
                "technology",
                "expertBacking",
                "companyStrength",
                "cooperationModel",
                "certificates",
                "expertLinks",
                "evidence",
            ])
        );
        Assert.That(new VettingApplication().Missing(Today, [])!.Is(Refusals.VettingIncomplete));
    }

    [Test]
    public void A_cleared_part_is_missing_again()
    {
        var cleared = new VettingApplication(Technology: " ").Checked(Today).Value.Over(Complete);

        Assert.That(Lacks(cleared, File), Is.EqualTo(["technology"]));
    }

    [TestCase("浙械注准20203020594", "certificates[1].number", Description = "a province registers class 2 alone")]
    [TestCase("not a number", "certificates[1].number")]
    [TestCase(null, "certificates[1].number")]
    [TestCase("国械注准2022316039３", "certificates[1].number", Description = "the first one again, in full width")]
    public void A_certificate_number_that_cannot_be_is_refused_under_its_place(string? number, string path) =>
        Assert.That(
            Faults(new(Certificates: [new("国械注准20223160393", Later), new(number, Later)])),
            Is.EqualTo([path])
        );

    [Test]
    public void A_draft_may_leave_the_expiry_for_later_but_a_submission_may_not()
    {
        var without = Complete with { Certificates = [new("国械注准20223160393")] };

        Assert.That(Faults(without), Is.Empty);
        Assert.That(Lacks(without, File), Is.EqualTo(["certificates[0].expiresOn"]));
    }

    [Test]
    public void A_certificate_that_ran_out_while_the_draft_waited_is_missing()
    {
        Assert.That(Complete.Missing(Later, [File]), Is.Null);
        Assert.That(
            Complete.Missing(Later.PlusDays(1), [File])!.Fields!.Keys,
            Is.EqualTo(["certificates[0].expiresOn"])
        );
    }

    [Test]
    public void An_expired_or_endless_certificate_is_refused_at_once() =>
        Assert.That(
            Faults(
                new(
                    Certificates:
                    [
                        new("国械注准20223160393", Today.PlusDays(-1)),
                        new("国械注许20233160006", Today.PlusYears(6)),
                    ]
                )
            ),
            Is.EqualTo(["certificates[0].expiresOn", "certificates[1].expiresOn"])
        );

    [Test]
    public void Numbers_specialties_and_questions_are_tidied()
    {
        var tidy = new VettingApplication(
            Certificates: [new(" 国械注准 20223160393 号", Later), new("浙温械备20140027", Later)],
            ExpertLinks: [new("paper", "内科"), new("paper", "oncology")],
            CoreQuestions: ["regulation", "regulation"]
        )
            .Checked(Today)
            .Value;

        Assert.That(
            tidy.Certificates,
            Is.EqualTo(new ApplicantCertificate[] { new("国械注准20223160393", Later), new("浙温械备20140027", null) })
        );
        Assert.That(tidy.ExpertLinks!.Select(link => link.Specialty), Is.EqualTo(["03", "19"]));
        Assert.That(tidy.CoreQuestions, Is.EqualTo(["regulation"]));
    }

    [Test]
    public void Unknown_words_and_codes_are_refused_under_their_place() =>
        Assert.That(
            Faults(
                new(
                    ExpertLinks: [new("friend", "99", "x", "1")],
                    Claims: [new(" ", "evd_1")],
                    CoreQuestions: ["price"],
                    DeviceClass: "23"
                )
            ),
            Is.EquivalentTo([
                "expertLinks[0].type",
                "expertLinks[0].specialty",
                "expertLinks[0].expertName",
                "claims[0].text",
                "claims[0].evidenceId",
                "coreQuestions[0]",
                "deviceClass",
            ])
        );

    [Test]
    public void Nulls_in_lists_are_refused_and_not_thrown_at() =>
        Assert.That(
            Faults(new(Certificates: [null!], ExpertLinks: [null!], Claims: [null!], CoreQuestions: [null!])),
            Is.EqualTo(["certificates[0]", "expertLinks[0]", "claims[0]", "coreQuestions[0]"])
        );

    [Test]
    public void One_expert_is_too_few_and_each_needs_type_and_specialty()
    {
        var one = Complete with { ExpertLinks = [new(Description: "课题")] };

        Assert.That(
            Lacks(one, File),
            Is.EquivalentTo(["expertLinks", "expertLinks[0].type", "expertLinks[0].specialty"])
        );
    }

    [Test]
    public void One_expert_link_entered_twice_is_one()
    {
        var link = new ExpertLink("paper", "03", "论文");

        Assert.That(Lacks(Complete with { ExpertLinks = [link, link with { }] }, File), Is.EqualTo(["expertLinks"]));
        Assert.That(Lacks(Complete with { ExpertLinks = [link, link with { Specialty = "19" }] }, File), Is.Empty);
    }

    [Test]
    public void A_claim_is_backed_by_the_file_it_names_or_by_a_file_that_names_it()
    {
        var claims = Complete with { Claims = [new("创伤更小"), new("恢复更快")] };
        var second = new Evidence("evd_00000000000000000000000001", "claims[1]");

        Assert.That(Lacks(claims, File, second), Is.EqualTo(["claims[0].evidenceId"]));
        Assert.That(Lacks(Complete, second), Is.EqualTo(["claims[0].evidenceId"]));
    }

    [Test]
    public void The_first_certificate_to_expire_counts_and_filings_do_not_expire()
    {
        Assert.That(new VettingApplication().FirstCertificateExpiry, Is.Null);
        Assert.That(new VettingApplication(Certificates: [new("国械备20151134")]).FirstCertificateExpiry, Is.Null);
        Assert.That(
            new VettingApplication(
                Certificates: [new("国械备20151134"), new("a", Later), new("b", Later.PlusDays(-1))]
            ).FirstCertificateExpiry,
            Is.EqualTo(Later.PlusDays(-1))
        );
    }

    static readonly VettingApplication Earlier = Complete with
    {
        CoreQuestions = ["regulation"],
        Safety = "安全",
        Distinction = "亮点",
        DeviceClass = "01",
    };

    static IEnumerable<Func<VettingApplication, VettingApplication>> OneChange() =>
        [
            _ => new(Technology: "新"),
            _ => new(ExpertBacking: "新"),
            _ => new(CompanyStrength: "新"),
            _ => new(CooperationModel: "新"),
            _ => new(Certificates: []),
            _ => new(ExpertLinks: []),
            _ => new(Claims: []),
            _ => new(CoreQuestions: []),
            _ => new(Safety: "新"),
            _ => new(Distinction: "新"),
            _ => new(DeviceClass: "02"),
        ];

    [Test]
    public void A_change_of_one_part_leaves_the_others_as_they_were()
    {
        var parts = typeof(VettingApplication)
            .GetConstructors()[0]
            .GetParameters()
            .Select(part => part.Name!)
            .ToArray();
        var changes = OneChange().ToArray();
        Assert.That(changes, Has.Length.EqualTo(parts.Length));

        for (var changed = 0; changed < parts.Length; changed++)
        {
            var change = changes[changed](Earlier);
            var now = change.Over(Earlier);
            foreach (var part in parts)
                Assert.That(
                    Of(now, part),
                    Is.SameAs(Of(part == parts[changed] ? change : Earlier, part)),
                    $"{part} after a change of {parts[changed]}"
                );
        }

        static object? Of(VettingApplication application, string part) =>
            typeof(VettingApplication).GetProperty(part)!.GetValue(application);
    }

    [Test]
    public void A_text_too_long_is_refused_under_the_name_of_its_part()
    {
        var endless = new string('字', 100_000);

        Assert.That(
            Faults(new(endless, endless, endless, endless, Safety: endless, Distinction: endless)),
            Is.EqualTo(["technology", "expertBacking", "companyStrength", "cooperationModel", "safety", "distinction"])
        );
    }

    [Test]
    public void An_expert_links_description_too_long_is_refused_under_its_place() =>
        Assert.That(
            Faults(new(ExpertLinks: [new("paper", "03", new string('文', 1001))])),
            Is.EqualTo(["expertLinks[0].description"])
        );

    [Test]
    public void A_claim_whose_file_is_left_blank_names_none()
    {
        var claim = new VettingApplication(Claims: [new("创伤更小", " ")]).Checked(Today).Value.Claims!.Single();

        Assert.That(claim.EvidenceId, Is.Null);
    }

    [Test]
    public void A_list_of_certificates_with_nothing_on_it_lacks_one() =>
        Assert.That(Lacks(Complete with { Certificates = [] }, File), Is.EqualTo(["certificates"]));

    [Test]
    public void A_list_may_be_full_but_no_longer()
    {
        ExpertLink[] Links(int count) =>
            [.. Enumerable.Range(0, count).Select(i => new ExpertLink("paper", "03", $"论文{i}"))];

        Assert.That(Faults(new(ExpertLinks: Links(50))), Is.Empty);
        Assert.That(Faults(new(ExpertLinks: Links(51))), Is.EqualTo(["expertLinks"]));
    }

    [Test]
    public void A_part_that_is_given_is_kept_and_one_that_is_not_is_left_alone()
    {
        var tidy = new VettingApplication(Technology: " 技术 ", Safety: "").Checked(Today).Value;

        Assert.That(tidy.Technology, Is.EqualTo("技术"));
        Assert.That(tidy.Safety, Is.Empty);
        Assert.That(tidy.Distinction, Is.Null);
    }

    [Test]
    public void An_expert_link_says_what_it_is_or_who_the_expert_is()
    {
        var links = Complete with
        {
            ExpertLinks = [new("paper", "03"), new("paper", "03", "论文"), new("paper", "19", ExpertName: "示例专家")],
        };

        Assert.That(Lacks(links, File), Is.EqualTo(["expertLinks[0].description"]));
    }
}
