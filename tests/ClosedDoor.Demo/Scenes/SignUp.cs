namespace ClosedDoor.Demo.Scenes;

/// <summary>A mistyped code is refused; ten companies sign up, and none may reserve before it is vetted.</summary>
static class SignUp
{
    const int HowMany = 10;

    public static async Task Play(Stage stage)
    {
        await stage.Step(
            Sample.CompanyName(1),
            $"以抄错末位的代码 {Sample.MistypedUscc(1)} 注册",
            async () =>
            {
                var reply = await stage.Public.Post("/companies", Form(stage, 1, Sample.MistypedUscc(1)));
                var refusal = reply.ExpectRefusal(422, "invalid_fields");
                return $"{refusal}，字段 uscc：{reply.FieldError("uscc")}";
            }
        );
        for (var number = 1; number <= HowMany; number++)
            await One(stage, number);

        await stage.Step(
            Sample.CompanyName(2),
            "以企业一的代码再注册",
            async () =>
                (
                    await stage.Public.Post("/companies", Form(stage, 2, Sample.Uscc(1), "other@example.com"))
                ).ExpectRefusal(409, "company_exists")
        );
        await stage.Step(
            Sample.CompanyName(1),
            "未经审核就预订席位",
            async () =>
                (await stage.Companies[0].Api.Post($"/sessions/{stage.SessionId}/reservations")).ExpectRefusal(
                    403,
                    "company_not_vetted"
                )
        );
        await stage.Seats(held: 0, confirmed: 0);
    }

    static Task One(Stage stage, int number)
    {
        var name = Sample.CompanyName(number);
        return stage.Step(
            name,
            $"注册，统一社会信用代码 {Sample.Uscc(number)}",
            async () =>
            {
                var company = (await stage.Public.Post("/companies", Form(stage, number, Sample.Uscc(number)))).Expect(
                    201
                );
                stage.Check(company.Text("status") == "unvetted", "新注册的企业应为未审核。");
                var api = await stage.Public.SignIn(Email(number), stage.Password);
                stage.Companies.Add(new(number, company.Id, name, Email(number), api));
                return "已注册，未审核";
            }
        );
    }

    static string Email(int number) => $"company{number}@example.com";

    static object Form(Stage stage, int number, string uscc, string? email = null) =>
        new
        {
            name = Sample.CompanyName(number),
            uscc,
            contact = new
            {
                name = "示例联系人",
                email = email ?? Email(number),
                phone = $"138000000{number:D2}",
            },
            password = stage.Password,
        };
}
