namespace ClosedDoor.Demo.Scenes;

/// <summary>Five of the eight choose to pay by bank transfer, which keeps their seats for days; a sixth pays online at once.</summary>
static class ChooseHowToPay
{
    public static async Task Play(Stage stage)
    {
        foreach (var company in stage.Holders[..ImportStatements.Companies])
            await ByTransfer(stage, company, tellPayee: company == stage.Holders[0]);
        await Online(stage, stage.Holders[ImportStatements.Companies], cardIsDeclined: true);
        await stage.Seats(held: 7, confirmed: 1);
    }

    public static Task ByTransfer(Stage stage, Company company, bool tellPayee = false) =>
        stage.Step(
            company.Name,
            $"{company.Seat} 号席位选择对公转账",
            async () =>
            {
                var payment = await Choose(company, "bank_transfer");
                stage.Check(payment.Text("status") == "awaiting_transfer", "付款应为待转账。");
                stage.Paying.Add(company);
                var payee =
                    $"{payment.Text("payee.name")}（{payment.Text("payee.bank")} {payment.Text("payee.account")}）";
                return $"{payment.By("dueAt")} 前汇 {payment.Money("amount")}，附言 {payment.Text("reference")}"
                    + (tellPayee ? $"，收款人 {payee}" : "");
            }
        );

    /// <summary>On Stripe's page, in the sandbox's stead; its signed webhook confirms the seat.</summary>
    public static async Task Online(Stage stage, Company company, bool cardIsDeclined)
    {
        Uri? page = null;
        await stage.Step(
            company.Name,
            $"{company.Seat} 号席位选择 Stripe 在线支付",
            async () =>
            {
                await Choose(company, "stripe");
                var open = await Stage.Until(() => Payment(company), reply => reply.Text("status") == "open");
                page = new Uri(open.Text("url"));
                return $"支付页面已开，应付 {open.Money("amount")}";
            }
        );
        if (cardIsDeclined)
            await stage.Step(
                company.Name,
                "在支付页面付款，银行卡被拒",
                async () =>
                {
                    await stage.Checkout.Act(page!, "decline");
                    stage.Check((await Payment(company)).Text("status") == "open", "支付页面应仍可付款。");
                    return "可换卡再付，席位仍保留";
                }
            );
        await stage.Step(
            company.Name,
            "付款后关闭浏览器，不返回本站",
            async () =>
            {
                await stage.Checkout.Act(page!, "pay");
                var paid = await Stage.Until(() => Payment(company), reply => reply.Text("status") == "confirmed");
                return $"凭 Stripe 签名的通知确认 {company.Seat} 号席位，已收 {paid.Money("received")}";
            }
        );
        await stage.Mailed(company, "席位已确认");
        stage.Confirmed.Add(company);
    }

    static async Task<Reply> Choose(Company company, string method)
    {
        var payment = (
            await company.Api.Post($"/reservations/{company.ReservationId}/payments", new { method })
        ).Expect(201);
        company.PaymentId = payment.Id;
        return payment;
    }

    static async Task<Reply> Payment(Company company) =>
        (await company.Api.Get($"/payments/{company.PaymentId}")).Expect(200);
}
